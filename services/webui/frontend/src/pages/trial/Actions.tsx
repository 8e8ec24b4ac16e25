// The buttons of a trial; where there is no room, one menu.
import { Button, Menu, type ButtonProps } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import {
  IconAdjustments,
  IconChevronDown,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlus,
  IconCopyPlus,
  IconGitFork,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

import { Act } from "../../parts/Act";
import type { TrialAction } from "./useTrialActions";

const ICONS: Record<string, ReactNode> = {
  pause: <IconPlayerPause size={15} aria-hidden />,
  resume: <IconPlayerPlay size={15} aria-hidden />,
  stop: <IconPlayerStop size={15} aria-hidden />,
  change: <IconAdjustments size={15} aria-hidden />,
  enqueue: <IconPlus size={15} aria-hidden />,
  clone: <IconCopyPlus size={15} aria-hidden />,
  fork: <IconGitFork size={15} aria-hidden />,
};

export function Actions({ actions }: { actions: readonly TrialAction[] }) {
  const isNarrow = useMediaQuery("(max-width: 48em)", false);
  const isButton = ({ id, group }: TrialAction) => !isNarrow && (group === "steer" || id === "clone" || id === "fork");
  const buttons = actions.filter(isButton);
  const rest = actions.filter((each) => !isButton(each));
  return (
    <>
      {buttons.map(({ id, label, why, run }) => (
        <Act key={id} why={why} leftSection={ICONS[id]} onClick={run}>
          {label}
        </Act>
      ))}
      <More actions={rest} label={isNarrow ? "Actions" : "More"} />
    </>
  );
}

const GROUPS = [
  ["steer", "Steer"],
  ["keep", "Keep"],
  ["export", "Export"],
] as const;

function More({ actions, label, ...button }: ButtonProps & { actions: readonly TrialAction[]; label: string }) {
  return (
    <Menu position="bottom-end" shadow="md" width={220} loop={false}>
      <Menu.Target>
        <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />} {...button}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {GROUPS.map(([group, title]) => {
          const items = actions.filter((each) => each.group === group);
          return (
            items.length > 0 && (
              <div key={group} role="group" aria-label={title}>
                <Menu.Label>{title}</Menu.Label>
                {items.map(({ id, label: name, why, run }) => (
                  <Menu.Item
                    key={id}
                    leftSection={ICONS[id]}
                    aria-disabled={why !== undefined || undefined}
                    data-disabled={why !== undefined || undefined}
                    title={why}
                    closeMenuOnClick={why === undefined}
                    onClick={why === undefined ? run : undefined}
                  >
                    {name}
                  </Menu.Item>
                ))}
              </div>
            )
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
