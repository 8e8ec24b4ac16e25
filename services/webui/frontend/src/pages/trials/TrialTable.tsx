// The list itself: only the rows in view are in the document, and they stay where they are when
// others come in above them.
import { useMediaQuery } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import type { ListedTrial } from "../../api/types";
import type { ActionName } from "./actions";
import { Columns } from "./Columns";
import type { Sort } from "./filters";
import { TrialRow } from "./TrialRow";
import { useKeys } from "./useKeys";
import type { Selection } from "./useSelection";
import classes from "./TrialTable.module.css";

interface Given {
  trials: readonly ListedTrial[];
  isAll: boolean;
  sort: Sort;
  selection: Selection;
  refusal: string | undefined;
  act: (name: ActionName, trials: readonly ListedTrial[]) => void;
  see: (first: number, last: number) => void;
  more: () => void;
}

const ROW = 3.5; // rem, as in the style sheet
const CARD = 8.25;
const NEAR = 10; // rows before the end
const COVERED = 96; // px: the heads of the page and of the table lie over the list

export function TrialTable({ trials, isAll, sort, selection, refusal, act, see, more }: Given) {
  const list = useRef<HTMLDivElement>(null);
  const isNarrow = useMediaQuery("(max-width: 45em)", false, { getInitialValueInEffect: false });
  const height = useRowHeight(isNarrow);
  const [margin, setMargin] = useState(0);
  const rows = useWindowVirtualizer({
    count: trials.length,
    estimateSize: () => height,
    overscan: 6,
    scrollMargin: margin,
    scrollPaddingStart: COVERED,
    getItemKey: (at) => trials[at]?.trial_id ?? at,
  });
  useLayoutEffect(() => {
    setMargin((list.current?.getBoundingClientRect().top ?? 0) + scrollY);
    rows.measure();
  }, [rows, height]);

  const { first, last } = inView(rows.range);
  useEffect(() => see(first, last), [see, first, last]);
  useEffect(() => {
    if (!isAll && last >= trials.length - NEAR) more();
  }, [more, isAll, last, trials.length]);
  useAnchor(trials, first, height);

  const ids = useMemo(() => trials.map((each) => each.trial_id), [trials]);
  const cursor = useKeys({
    ids,
    toggle: selection.toggle,
    show: (at) => rows.scrollToIndex(at, { align: "auto" }),
    start: rows.scrollOffset ? Math.max(0, Math.ceil((rows.scrollOffset + COVERED - margin) / height)) : 0,
  });
  return (
    <div
      role="grid"
      aria-label="Trials"
      aria-multiselectable
      aria-rowcount={isAll ? trials.length + 1 : -1}
      className={`card ${classes["table"]}`}
      onKeyDown={cursor.onKeyDown}
    >
      <Columns sort={sort} ids={ids} selection={selection} />
      <div role="rowgroup" ref={list} className={classes["body"]} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const trial = trials[index];
          return (
            trial && (
              <TrialRow
                key={key}
                trial={trial}
                index={index}
                top={start - margin}
                isSelected={selection.ids.has(trial.trial_id)}
                cursor={cursor.at(trial.trial_id, index)}
                refusal={refusal}
                toggle={selection.toggle}
                enter={cursor.enter}
                act={act}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

const inView = (range: { startIndex: number; endIndex: number } | null) => ({
  first: range?.startIndex ?? 0,
  last: range?.endIndex ?? 0,
});

/** Rows are as high as the reader's letters want it. */
function useRowHeight(isNarrow: boolean): number {
  const [letters] = useState(() => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
  return letters * (isNarrow ? CARD : ROW);
}

/** Keeps what people read where it is when trials come or go above it. */
function useAnchor(trials: readonly ListedTrial[], first: number, height: number): void {
  const anchor = useRef<{ id: string; at: number }>(undefined);
  useLayoutEffect(() => {
    const { id, at } = anchor.current ?? { id: "", at: 0 };
    const now = at > 0 ? trials.findIndex((each) => each.trial_id === id) : -1;
    if (now !== -1 && now !== at) scrollBy(0, (now - at) * height);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a change of the trials moves them
  }, [trials]);
  useLayoutEffect(() => {
    const trial = trials[first];
    anchor.current = trial && { id: trial.trial_id, at: first };
  }, [trials, first]);
}
