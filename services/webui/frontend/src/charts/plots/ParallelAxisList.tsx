// Which axes parallel coordinates have, and in which order: a list that opens on demand.
import { ActionIcon, Button, Checkbox, Group, Popover, ScrollArea, Stack } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Column } from "../../jobs/filters";
import classes from "./ParallelPlot.module.css";

interface Given {
  /** The ids of those that are shown, in their order. */
  ids: readonly string[];
  all: readonly Column[];
  /** Undefined: the usual ones. */
  choose: (ids: readonly string[] | undefined) => void;
}

export function ParallelAxisList({ ids, all, choose }: Given) {
  const others = all.filter(({ id }) => !ids.includes(id));
  const nameOf = (id: string) => all.find((each) => each.id === id)?.label ?? id;
  const move = (at: number, by: number) => {
    const next = [...ids];
    next.splice(at + by, 0, ...next.splice(at, 1));
    choose(next);
  };
  return (
    <Popover position="bottom-end" trapFocus withinPortal shadow="md">
      <Popover.Target>
        <Button size="compact-xs" variant="default" leftSection={<IconAdjustmentsHorizontal size={14} />}>
          Axes
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label="Axes">
        <ScrollArea.Autosize mah={320} type="auto">
          <Stack gap={6} pr="sm">
            {ids.map((id, at) => (
              <Group key={id} justify="space-between" wrap="nowrap" gap="md">
                <Checkbox
                  size="xs"
                  label={nameOf(id)}
                  checked
                  disabled={ids.length < 3}
                  onChange={() => choose(ids.filter((each) => each !== id))}
                />
                <Group gap={2} wrap="nowrap">
                  <Step label={`Move ${nameOf(id)} to the left`} isOff={at === 0} onClick={() => move(at, -1)}>
                    <IconArrowUp size={14} />
                  </Step>
                  <Step label={`Move ${nameOf(id)} to the right`} isOff={at === ids.length - 1} onClick={() => move(at, 1)}>
                    <IconArrowDown size={14} />
                  </Step>
                </Group>
              </Group>
            ))}
            {others.length > 0 && <hr className={classes["line"]} />}
            {others.map(({ id, label }) => (
              <Checkbox key={id} size="xs" label={label} checked={false} onChange={() => choose([...ids, id])} />
            ))}
          </Stack>
        </ScrollArea.Autosize>
        <Button mt="xs" size="compact-xs" variant="subtle" onClick={() => choose(undefined)}>
          Usual axes
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

function Step({ label, isOff, onClick, children }: { label: string; isOff: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <ActionIcon size="xs" variant="subtle" color="gray" aria-label={label} disabled={isOff} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}
