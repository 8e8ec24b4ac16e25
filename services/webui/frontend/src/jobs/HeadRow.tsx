// The head of the table: what a column is called, how it sorts, and a way to filter by it.
import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconFilter, IconFilterFilled } from "@tabler/icons-react";
import { lazy, Suspense } from "react";

import type { Filter } from "./filters";
import classes from "./JobsTable.module.css";
import { cellId, type ShownColumn } from "./Row";
import type { Sort } from "./useOrder";
import { HEAD } from "./widths";

// What places it on the screen is large, and nobody needs it to see the table.
const ColumnFilter = lazy(() => import("./ColumnFilter"));

interface Given {
  gridId: string;
  first: ShownColumn;
  columns: readonly ShownColumn[];
  gap: number;
  sort: Sort;
  filters: readonly Filter[];
  active: string | undefined;
  onSort: (column: string) => void;
  /** The column whose filter is open. */
  open: string | null;
  onOpen: (column: string | null) => void;
}

export function HeadRow(given: Given) {
  const { first, columns, gap } = given;
  return (
    <div role="row" aria-rowindex={1} className={classes["head"]} style={{ height: HEAD }}>
      <HeadCell {...given} {...first} />
      <span style={{ flex: "none", width: gap }} aria-hidden />
      {columns.map((each) => (
        <HeadCell key={each.column.id} {...given} {...each} />
      ))}
    </div>
  );
}

function HeadCell({ gridId, column, at, width, sort, filters, active, onSort, open, onOpen }: Given & ShownColumn) {
  const isSorted = sort.column === column.id;
  const isFiltered = filters.some((each) => each.column === column.id);
  const isNumber = column.kind === "number" || column.kind === "seconds";
  const Arrow = sort.isDescending ? IconArrowDown : IconArrowUp;
  const button = (onClick: () => void) => (
    <ActionIcon
      className={classes["filter"]}
      data-on={isFiltered || undefined}
      variant="subtle"
      color={isFiltered ? "teal" : "gray"}
      size={22}
      tabIndex={-1}
      aria-label={`Filter by ${column.label}`}
      aria-haspopup="dialog"
      onClick={onClick}
    >
      {isFiltered ? <IconFilterFilled size={14} /> : <IconFilter size={14} />}
    </ActionIcon>
  );
  const closed = button(() => onOpen(column.id));
  return (
    <div
      role="columnheader"
      id={cellId(gridId, null, at)}
      aria-colindex={at + 1}
      aria-sort={isSorted ? (sort.isDescending ? "descending" : "ascending") : "none"}
      className={classes["cell"]}
      data-number={isNumber || undefined}
      data-active={active === column.id || undefined}
      style={{ width }}
    >
      <button
        type="button"
        className={classes["sort"]}
        tabIndex={-1}
        title={column.label}
        onClick={() => onSort(column.id)}
      >
        <span className={classes["title"]}>{column.label}</span>
        {isSorted && <Arrow size={13} aria-hidden />}
      </button>
      {open === column.id ? (
        <Suspense fallback={closed}>
          <ColumnFilter column={column} button={button} onClosed={() => onOpen(null)} />
        </Suspense>
      ) : (
        closed
      )}
    </div>
  );
}
