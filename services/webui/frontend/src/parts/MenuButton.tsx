// A small button that opens a menu. The menu comes with the first wish for one: what places it on the
// screen is large, and nobody needs it to see a page.
import { ActionIcon, type ActionIconProps } from "@mantine/core";
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";

const OpenMenu = lazy(() => import("./OpenMenu"));

export interface MenuEntry {
  label: string;
  icon?: ReactNode;
  /** Where it leads; else `act` does something. */
  href?: string;
  act?: () => void;
  /** Why it cannot be used now. */
  refusal?: string | undefined;
  isDangerous?: boolean;
}

export interface MenuGiven {
  label: string;
  icon: ReactNode;
  heading?: ReactNode;
  entries: readonly MenuEntry[];
  size?: ActionIconProps["size"];
  tabIndex?: number;
}

export function MenuButton(menu: MenuGiven) {
  const [isWanted, setWanted] = useState(false);
  const closed = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  // The button of the menu goes with it: who came by keyboard would have to begin at the page's top.
  useEffect(() => {
    if (wasOpen.current && !isWanted && document.activeElement === document.body) closed.current?.focus();
    wasOpen.current = isWanted;
  }, [isWanted]);
  const button = (
    <ActionIcon
      ref={closed}
      variant="subtle"
      color="gray"
      size={menu.size ?? "md"}
      aria-label={menu.label}
      aria-haspopup="menu"
      tabIndex={menu.tabIndex}
      onClick={() => setWanted(true)}
    >
      {menu.icon}
    </ActionIcon>
  );
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <OpenMenu {...menu} onClosed={() => setWanted(false)} />
    </Suspense>
  );
}
