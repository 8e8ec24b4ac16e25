// A row of the table. It is drawn anew when something of its job has happened, not with every change
// of the table: `asOf` tells.
import { memo, type CSSProperties } from "react";

import { CellContent } from "./Cell";
import type { Column } from "./filters";
import classes from "./JobsTable.module.css";
import type { JobTable } from "./table";
import { HEAD, ROW } from "./widths";

export interface ShownColumn {
  column: Column;
  /** Its place among all columns. */
  at: number;
  width: number;
}

export interface RowGiven {
  gridId: string;
  table: JobTable;
  row: number;
  /** Its place in the order. */
  place: number;
  asOf: number;
  first: ShownColumn;
  columns: readonly ShownColumn[];
  /** Of the columns that are left out between the first one and those in sight. */
  gap: number;
  isPicked: boolean;
  isBest: boolean;
  /** The column of the active cell, if it is in this row. */
  active: string | undefined;
}

export const cellId = (gridId: string, row: number | null, column: number): string =>
  `${gridId}-${row ?? "head"}-${column}`;

export const Row = memo(function Row(given: RowGiven) {
  const { table, row, place, first, columns, gap, isPicked } = given;
  return (
    <div
      role="row"
      aria-rowindex={place + 2}
      aria-selected={isPicked}
      className={classes["row"]}
      data-row={row}
      data-retracted={table.retracted.get(row) === 1 || undefined}
      style={{ height: ROW, transform: `translateY(${HEAD + place * ROW}px)` }}
    >
      <Cell {...given} {...first} role="rowheader" />
      <span style={{ flex: "none", width: gap }} aria-hidden />
      {columns.map((each) => (
        <Cell key={each.column.id} {...given} {...each} role="gridcell" />
      ))}
    </div>
  );
});

function Cell({ gridId, table, row, column, at, width, isBest, active, role }: RowGiven & ShownColumn & { role: string }) {
  const style: CSSProperties = { width };
  const isNumber = column.kind === "number" || column.kind === "seconds";
  return (
    <div
      role={role}
      id={cellId(gridId, row, at)}
      aria-colindex={at + 1}
      className={classes["cell"]}
      data-number={isNumber || undefined}
      data-active={active === column.id || undefined}
      data-column={column.id}
      style={style}
    >
      <CellContent table={table} column={column} row={row} isBest={isBest} />
    </div>
  );
}
