// The list of columns, each to be shown or hidden.
import { Button, Checkbox, Group, Popover, Stack, Text, TextInput } from "@mantine/core";
import { useRef, useState, type ReactElement } from "react";

import type { Column } from "./filters";
import classes from "./JobsTable.module.css";
import type { ShownColumns } from "./useShownColumns";

interface Given {
  columns: readonly Column[];
  shown: ShownColumns;
  button: (onClick: () => void) => ReactElement;
}

export default function ColumnList({ columns, shown, button }: Given) {
  const [isOpen, setOpen] = useState(true);
  const target = useRef<HTMLDivElement>(null);
  const close = () => setOpen(false);
  const [wanted, setWanted] = useState("");
  const found = columns
    .filter(({ id }) => id !== "number") // it is the way to the job
    .filter(({ label }) => label.toLowerCase().includes(wanted.trim().toLowerCase()));
  const all = found.map((each) => each.id);
  return (
    <Popover
      opened={isOpen}
      onDismiss={close}
      position="bottom-end"
      withinPortal
      trapFocus
      onExitTransitionEnd={() => target.current?.querySelector("button")?.focus()}
      shadow="md"
      width={260}
    >
      <div ref={target}>
        <Popover.Target>{button(() => setOpen(!isOpen))}</Popover.Target>
      </div>
      <Popover.Dropdown aria-label="Columns" p="sm">
        <Stack gap="xs">
          <TextInput
            size="xs"
            aria-label="Search columns"
            placeholder="Search columns"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
          <Stack gap={4} className={classes["values"]}>
            {found.map(({ id, label }) => (
              <Checkbox
                key={id}
                size="xs"
                label={label}
                checked={!shown.isHidden(id)}
                onChange={(event) => shown.show([id], event.currentTarget.checked)}
              />
            ))}
            {!found.length && <Text size="xs">No column is called so.</Text>}
          </Stack>
          <Group grow gap="xs">
            <Button size="compact-xs" variant="default" onClick={() => shown.show(all, true)}>
              Show all
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => shown.show(all, false)}>
              Hide all
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
