// The filter of a column, open below its head.
import { Popover } from "@mantine/core";
import { useState, type ReactElement } from "react";

import type { Column } from "./filters";
import { RangeFilter } from "./RangeFilter";
import { ValuesFilter } from "./ValuesFilter";

interface Given {
  column: Column;
  button: (onClick: () => void) => ReactElement;
  onClosed: () => void;
}

export default function ColumnFilter({ column, button, onClosed }: Given) {
  const [isOpen, setOpen] = useState(true);
  const close = () => setOpen(false);
  return (
    <Popover opened={isOpen} onDismiss={close} onExitTransitionEnd={onClosed} withinPortal trapFocus shadow="md" width={264}>
      <Popover.Target>{button(close)}</Popover.Target>
      <Popover.Dropdown aria-label={`Filter by ${column.label}`} p="sm">
        {column.kind === "category" ? (
          <ValuesFilter column={column} />
        ) : (
          <RangeFilter column={column} onDone={close} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
