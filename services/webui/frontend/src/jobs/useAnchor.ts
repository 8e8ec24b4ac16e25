// Keeps what people look at where it is while rows come and go above it. Who looks at the very top
// wants to see what is new; who sorts or filters begins at the top.
import { useLayoutEffect, useRef, type RefObject } from "react";

import { ROW } from "./widths";

export function useAnchor(scrollerRef: RefObject<HTMLElement | null>, rows: readonly number[], view: string): void {
  const last = useRef({ rows, view });
  useLayoutEffect(() => {
    const before = last.current;
    last.current = { rows, view };
    const element = scrollerRef.current;
    if (!element || before.rows === rows) return;
    if (before.view !== view) {
      element.scrollTo({ top: 0 });
      return;
    }
    const place = Math.round(element.scrollTop / ROW);
    const row = before.rows[place];
    if (place === 0 || row === undefined || rows[place] === row) return;
    const now = rows.indexOf(row);
    if (now >= 0) element.scrollTo({ top: element.scrollTop + (now - place) * ROW });
  }, [scrollerRef, rows, view]);
}
