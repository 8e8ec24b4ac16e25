// The list with its filters, and the event that is opened beside it.
import { Button } from "@mantine/core";
import { useMemo, useRef, useState } from "react";

import type { RecordedEvent } from "../../api/types";
import { Failure, Waiting } from "../../parts/Notes";
import { useQueryState } from "../../shell/location";
import classes from "./Activity.module.css";
import { ActivityFilters } from "./ActivityFilters";
import { EventList } from "./EventList";
import { EventPanel } from "./EventPanel";
import { NoEvents, StreamEnd } from "./Ends";
import { useHeldAt, useHistory } from "./useHistory";
import { isFiltered, isWanted, pickedOf, type Wanted } from "./wanted";

const PATIENCE = 20; // pages without a row that are read before somebody has to ask for more

interface Given {
  wanted: Wanted;
  isPaused: boolean;
  onGoOn: () => void;
  /** Reads the newest events anew: what came meanwhile was too much to keep. */
  onAnew: () => void;
}

export function EventStream({ wanted, isPaused, onGoOn, onAnew }: Given) {
  const [query, change] = useQueryState();
  const [isAway, setAway] = useState(false);
  const isHeld = isPaused || isAway;
  const { history, error, retry, older } = useHistory(pickedOf(wanted), isHeld);
  const upTo = useHeldAt(history?.newest, isHeld);
  const scroller = useRef<HTMLDivElement>(null);
  const [patience, setPatience] = useState({ oldest: 0, pages: 0 });

  const { kind, type, trial, worker, actor, text } = wanted;
  const all = history?.events;
  const fitting = useMemo(() => {
    const wish = { kind, type, trial, worker, actor, text };
    return all?.filter((event) => isWanted(wish, event)) ?? [];
  }, [all, kind, type, trial, worker, actor, text]);
  const shown = useMemo(() => fitting.filter((event) => event.position <= upTo), [fitting, upTo]);
  const fresh = fitting.length - shown.length + (history?.missed ?? 0);
  const oldest = shown.at(-1)?.position ?? 0;
  const chosen = query.get("event") ?? "";

  const read = (pages: number) => {
    older.reset();
    setPatience({ oldest, pages });
    older.mutate();
  };
  const isTired = patience.oldest === oldest && patience.pages >= PATIENCE;
  const more = () => {
    if (typeof history?.below !== "number" || older.isPending || older.isError || isTired) return;
    read(patience.oldest === oldest ? patience.pages + 1 : 1);
  };
  const goOn = () => {
    if (scroller.current) scroller.current.scrollTop = 0;
    setAway(false);
    onGoOn();
    if (history?.missed) onAnew();
  };
  const choose = (event: RecordedEvent) =>
    change({ event: chosen === String(event.position) ? undefined : String(event.position) });

  const end = history && (
    <StreamEnd
      below={history.below}
      error={older.error}
      isTired={isTired}
      isEmpty={!shown.length}
      onMore={() => read(1)}
    />
  );
  return (
    <>
      <ActivityFilters events={all ?? []} />
      <div className={classes["columns"]} data-opened={chosen ? true : undefined}>
        <div className={`card ${classes["stream"] ?? ""}`}>
          {history ? (
            <>
              <div role="status" className={classes["fresh"]}>
                {fresh > 0 && (
                  <Button size="compact-xs" onClick={goOn}>
                    {fresh.toLocaleString("en")} new
                  </Button>
                )}
              </div>
              {shown.length === 0 && history.below === null ? (
                <NoEvents isFiltered={isFiltered(wanted)} />
              ) : (
                <EventList
                  events={shown}
                  chosen={chosen}
                  onChoose={choose}
                  reached={history.below}
                  isReading={older.isPending}
                  onEnd={more}
                  onAway={setAway}
                  scroller={scroller}
                  end={end}
                />
              )}
            </>
          ) : error ? (
            <Failure error={error} retry={retry} />
          ) : (
            <Waiting what="Loading the events" />
          )}
        </div>
        {chosen && (
          <EventPanel
            named={chosen}
            known={all?.find((each) => String(each.position) === chosen)}
            newest={history?.newest}
          />
        )}
      </div>
    </>
  );
}
