// The table by the keyboard, as grids are used: arrows go from cell to cell, also over 100,000 rows of
// which only those in sight exist. A job stays the active one wherever new ones move it.
import { useState, type KeyboardEvent } from "react";

import type { Column } from "./filters";
import type { Picking } from "./usePicking";

/** The cell that keys act on; the row is null in the head. */
export interface Active {
  row: number | null;
  column: string;
}

interface Given {
  rows: readonly number[];
  columns: readonly Column[];
  /** How many rows are in sight. */
  page: () => number;
  reveal: (place: number | null, column: number) => void;
  picking: Picking;
  open: (row: number) => void;
  sortBy: (column: string) => void;
  filterBy: (column: string) => void;
}

export interface GridKeys {
  active: Active | null;
  setActive: (active: Active) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

export function useGridKeys({ rows, columns, page, reveal, picking, open, sortBy, filterBy }: Given): GridKeys {
  const [active, setActive] = useState<Active | null>(null);

  const act = (event: KeyboardEvent, place: number | null, column: number): boolean => {
    const id = columns[column]?.id ?? "number";
    const row = place === null ? undefined : rows[place];
    const go = (to: number | null, side = column) => {
      const next = to === null ? null : (rows[Math.max(0, Math.min(rows.length - 1, to))] ?? null);
      const beside = columns[Math.max(0, Math.min(columns.length - 1, side))];
      setActive({ row: next, column: beside?.id ?? id });
      reveal(to === null ? null : Math.max(0, Math.min(rows.length - 1, to)), side);
      if (event.shiftKey && next !== null && side === column) picking.upTo(next);
    };
    const at = place ?? -1;
    switch (event.key) {
      case "ArrowDown":
        if (event.altKey) filterBy(id);
        else go(at + 1);
        return true;
      case "ArrowUp":
        go(at <= 0 ? null : at - 1);
        return true;
      case "ArrowRight":
        go(place, column + 1);
        return true;
      case "ArrowLeft":
        go(place, column - 1);
        return true;
      case "PageDown":
        go(at + page());
        return true;
      case "PageUp":
        go(Math.max(0, at - page()));
        return true;
      case "Home":
        if (event.ctrlKey || event.metaKey) go(0, 0);
        else go(0);
        return true;
      case "End":
        go(rows.length - 1);
        return true;
      case "Enter":
        if (row === undefined) sortBy(id);
        else open(row);
        return true;
      case " ":
        if (row === undefined) sortBy(id);
        else if (event.shiftKey) picking.upTo(row);
        else picking.toggle(row);
        return true;
      default:
        return false;
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return; // a button within
    const found = active?.row === null || active === null ? -1 : rows.indexOf(active.row);
    const place = active !== null && active.row === null ? null : found < 0 ? null : found;
    const column = Math.max(0, columns.findIndex((each) => each.id === active?.column));
    if (act(event, place, column)) event.preventDefault();
  };
  return { active, setActive, onKeyDown };
}
