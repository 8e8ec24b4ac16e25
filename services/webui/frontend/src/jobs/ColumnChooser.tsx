// Opens the list of columns. It comes with the first wish for it: see HeadRow.
import { Button } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";

import type { Column } from "./filters";
import type { ShownColumns } from "./useShownColumns";

const ColumnList = lazy(() => import("./ColumnList"));

export function ColumnChooser({ columns, shown }: { columns: readonly Column[]; shown: ShownColumns }) {
  const [isWanted, setWanted] = useState(false);
  const hidden = columns.length - shown.shown.length;
  const button = (onClick: () => void) => (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconColumns3 size={16} />}
      aria-haspopup="dialog"
      onClick={onClick}
    >
      Columns{hidden > 0 && ` (${hidden} hidden)`}
    </Button>
  );
  const first = button(() => setWanted(true));
  if (!isWanted) return first;
  return (
    <Suspense fallback={first}>
      <ColumnList columns={columns} shown={shown} button={button} />
    </Suspense>
  );
}
