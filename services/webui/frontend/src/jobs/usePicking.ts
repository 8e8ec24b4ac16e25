// Picking rows as lists are picked from: one by one, or all from the last one to this.
import { useCallback, useRef } from "react";

import { useAnalysis } from "../pages/trial/analysis";

export interface Picking {
  toggle: (row: number) => void;
  /** Picks what is between the row that was picked last and this one. */
  upTo: (row: number) => void;
}

export function usePicking(rows: readonly number[]): Picking {
  const { toggle: change, select } = useAnalysis();
  const last = useRef<number>(undefined);
  const toggle = useCallback(
    (row: number) => {
      last.current = row;
      change(row);
    },
    [change],
  );
  const upTo = useCallback(
    (row: number) => {
      const from = last.current === undefined ? -1 : rows.indexOf(last.current);
      const to = rows.indexOf(row);
      if (from < 0 || to < 0) {
        toggle(row);
        return;
      }
      const between = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
      select(from <= to ? between : between.reverse());
    },
    [rows, select, toggle],
  );
  return { toggle, upTo };
}
