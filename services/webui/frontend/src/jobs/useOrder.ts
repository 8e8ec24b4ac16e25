// In what order the table shows its rows: it stands in the address, `sort=loss` or `sort=-loss`.
import { useCallback, useMemo } from "react";

import { useQueryState } from "../shell/location";
import { sorted, type Column } from "./filters";

export interface Sort {
  column: string;
  isDescending: boolean;
}

const NEWEST_FIRST: Sort = { column: "number", isDescending: true };

export interface Order {
  rows: readonly number[];
  sort: Sort;
  /** Sorts by a column; the other way round if it is sorted by it already. */
  sortBy: (column: string) => void;
}

export function useOrder(rows: readonly number[], columns: readonly Column[]): Order {
  const [query, change] = useQueryState();
  const written = query.get("sort") ?? "";
  const { column, isDescending } = useMemo(() => read(written, columns), [written, columns]);
  const by = columns.find((each) => each.id === column);
  const order = useMemo(() => (by ? sorted(rows, by, isDescending) : rows), [rows, by, isDescending]);
  const sortBy = useCallback(
    (id: string) => {
      const down = id === column ? !isDescending : id === "number";
      change({ sort: down ? (id === "number" ? undefined : `-${id}`) : id });
    },
    [change, column, isDescending],
  );
  return useMemo(
    () => ({ rows: order, sort: { column, isDescending }, sortBy }),
    [order, column, isDescending, sortBy],
  );
}

function read(written: string, columns: readonly Column[]): Sort {
  const isColumn = (id: string) => columns.some((each) => each.id === id);
  if (isColumn(written)) return { column: written, isDescending: false };
  const id = written.slice(1);
  return written.startsWith("-") && isColumn(id) ? { column: id, isDescending: true } : NEWEST_FIRST;
}
