// The rows of the stream, newest first. Only those that are seen are drawn.
import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useRef, type Ref, type ReactNode } from "react";

import type { RecordedEvent } from "../../api/types";
import { useNow } from "../../parts/clock";
import classes from "./Activity.module.css";
import { EventRow } from "./EventRow";

const ROW = 32;
const NARROW_ROW = 64;
const NEAR = 30; // rows before the end at which more is wanted

interface Given {
  events: readonly RecordedEvent[];
  /** The position or id of the one that is opened. */
  chosen: string;
  onChoose: (event: RecordedEvent) => void;
  /** How far the log was looked through, and whether this goes on: each change asks anew for more. */
  reached: number | null;
  isReading: boolean;
  /** The end is near. */
  onEnd: () => void;
  /** Whether the newest rows are out of sight. */
  onAway: (isAway: boolean) => void;
  scroller: Ref<HTMLDivElement>;
  /** What stands behind the last row. */
  end: ReactNode;
}

export function EventList({ events, chosen, onChoose, reached, isReading, onEnd, onAway, scroller, end }: Given) {
  const box = useRef<HTMLDivElement | null>(null);
  const isNarrow = useMediaQuery("(max-width: 48em)", false);
  const now = useNow();
  const size = isNarrow ? NARROW_ROW : ROW;
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used in this component alone
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => box.current,
    estimateSize: () => size,
    getItemKey: (index) => events[index]?.position ?? index,
    overscan: 12,
  });
  useEffect(() => rows.measure(), [rows, size]);
  const shown = rows.getVirtualItems();
  const isNearEnd = (shown.at(-1)?.index ?? 0) >= events.length - NEAR;
  const wantMore = useEffectEvent(onEnd);
  useEffect(() => {
    if (isNearEnd && !isReading) wantMore();
  }, [isNearEnd, events.length, reached, isReading]);

  const keep = (element: HTMLDivElement | null) => {
    box.current = element;
    if (typeof scroller === "function") scroller(element);
    else if (scroller) scroller.current = element;
  };
  return (
    <div
      ref={keep}
      className={classes["scroller"]}
      tabIndex={0}
      role="region"
      aria-label="Events, newest first"
      onScroll={(event) => onAway(event.currentTarget.scrollTop > size)}
    >
      <div role="table" aria-label="Events" aria-rowcount={-1}>
        <div role="row" className={`${classes["line"] ?? ""} ${classes["head"] ?? ""}`}>
          <span role="columnheader">Position</span>
          <span role="columnheader">Time</span>
          <span role="columnheader">Type</span>
          <span role="columnheader">What happened</span>
        </div>
        <div role="rowgroup" className={classes["rows"]} style={{ height: rows.getTotalSize() }}>
          {shown.map(({ index, start, key }) => {
            const event = events[index];
            return (
              event && (
                <EventRow
                  key={key}
                  event={event}
                  now={now}
                  top={start}
                  height={size}
                  isChosen={chosen === String(event.position) || chosen === event.event_id}
                  onChoose={onChoose}
                />
              )
            );
          })}
        </div>
      </div>
      {end}
    </div>
  );
}
