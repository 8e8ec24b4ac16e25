// Which rows and columns of the table are in sight: only those are drawn.
import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { useCallback, useMemo, type RefObject } from "react";

import type { Column } from "./filters";
import type { ShownColumn } from "./Row";
import { HEAD, ROW, widthOf } from "./widths";

type Scroll = Virtualizer<HTMLDivElement, Element>;

export interface Window {
  rows: Scroll;
  columns: Scroll;
  first: ShownColumn;
  inSight: ShownColumn[];
  /** Width of the columns between the first one, which always stands, and those in sight. */
  gap: number;
}

/** The first column is always in sight. */
export function useWindow(
  scroller: RefObject<HTMLDivElement | null>,
  count: number,
  columns: readonly Column[],
): Window {
  // Labels that appear later make no column wider: nothing moves under people's eyes.
  const widths = useMemo(() => columns.map(widthOf), [columns]);
  const width = widths[0] ?? 0;
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing of it is given to what is memoized
  const rows = useVirtualizer<HTMLDivElement, Element>({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback(() => ROW, []),
    overscan: 6,
    paddingStart: HEAD,
    scrollPaddingStart: HEAD,
  });
  const across = useVirtualizer<HTMLDivElement, Element>({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback((at: number) => widths[at] ?? 0, [widths]),
    getItemKey: useCallback((at: number) => columns[at]?.id ?? at, [columns]),
    overscan: 2,
    scrollPaddingStart: width,
  });
  const items = across.getVirtualItems().filter(({ index }) => index > 0);
  const inSight = items.flatMap(({ index, size }) => {
    const column = columns[index];
    return column ? [{ column, at: index, width: size }] : [];
  });
  const column = columns[0];
  if (!column) throw new Error("a table has a column at least");
  const start = items[0]?.start ?? width;
  // Scrolling down draws the same columns again and again: rows compare this list by its identity.
  const key = inSight.map((each) => `${each.at} ${each.width}`).join();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the key tells of all of it
  const kept = useMemo(() => inSight, [key, columns]);
  const first = useMemo(() => ({ column, at: 0, width }), [column, width]);
  return { rows, columns: across, first, inSight: kept, gap: start - width };
}
