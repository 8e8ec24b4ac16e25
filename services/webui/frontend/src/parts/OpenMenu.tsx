// The menu of a MenuButton, open.
import { ActionIcon, Menu } from "@mantine/core";

import type { MenuEntry, MenuGiven } from "./MenuButton";

export default function OpenMenu({ label, icon, heading, entries, size, onClosed }: MenuGiven & { onClosed: () => void }) {
  return (
    <Menu defaultOpened returnFocus position="bottom-end" withinPortal onExitTransitionEnd={onClosed}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={size ?? "md"} aria-label={label}>
          {icon}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {heading !== undefined && <Menu.Label>{heading}</Menu.Label>}
        {entries.map((entry) => (
          <Entry key={entry.label} {...entry} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Entry({ label, icon, href, act, refusal, isDangerous = false }: MenuEntry) {
  const look = {
    leftSection: icon,
    title: refusal,
    ...(isDangerous && refusal === undefined && { c: "var(--mantine-color-error)" }),
  };
  if (href !== undefined && refusal === undefined)
    return (
      <Menu.Item component="a" href={href} {...look}>
        {label}
      </Menu.Item>
    );
  return (
    <Menu.Item disabled={refusal !== undefined} {...look} {...(act && { onClick: act })}>
      {label}
    </Menu.Item>
  );
}
