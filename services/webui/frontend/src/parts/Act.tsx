// A button that says why it cannot be used, to those who point at it and to those who hear the page.
import { Button, Tooltip, type ButtonProps } from "@mantine/core";
import type { ReactNode } from "react";

interface Given extends ButtonProps {
  /** Why not; undefined: it can be used. */
  why?: string | undefined;
  /** What it does, where an icon is all that stands on it. */
  tip?: string;
  onClick: () => void;
  children: ReactNode;
}

export function Act({ why, tip, onClick, children, ...button }: Given) {
  const isOff = why !== undefined;
  // A button that is truly disabled hears no pointer and takes no focus: nobody would read the reason.
  const off = isOff && { "data-disabled": true, "aria-disabled": true };
  const label = why ?? tip;
  return (
    <Tooltip label={label ?? ""} disabled={label === undefined} events={{ hover: true, focus: true, touch: true }}>
      <Button
        size="xs"
        variant="default"
        {...button}
        {...off}
        onClick={(event) => {
          if (isOff) event.preventDefault();
          else onClick();
        }}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
