// The events that the page holds: one unbroken piece of the log (of what is picked of it), newest
// first, that grows at both ends. Pure; `useHistory` reads for it.
import type { EventPage, RecordedEvent } from "../../api/types";
import { isPicked, type Picked } from "./wanted";

export const MOST = 20_000;
const KEPT = 15_000;

export interface History {
  picked: Picked;
  /** Newest first, by position, each once. */
  events: readonly RecordedEvent[];
  /** Older ones stand below this position; null: these are all. */
  below: number | null;
  /** Where the log ended when it was read at first: the feed goes on behind it. */
  began: number;
  /** Of the newest event that was heard of. */
  newest: number;
  /** Newer ones that found no room: the piece ends before them. */
  missed: number;
}

export const begun = (picked: Picked, page: EventPage): History => ({
  picked,
  events: page.items,
  below: page.next_before,
  began: page.position,
  newest: page.position,
  missed: 0,
});

/** With events of the feed. While it is held nothing is taken away at the old end. */
export function withNewer(history: History, heard: readonly RecordedEvent[], isHeld: boolean): History {
  const fresh = heard.filter((each) => each.position > history.newest).toSorted((a, b) => b.position - a.position);
  if (!fresh.length) return history;
  const added = fresh.filter((each) => isPicked(history.picked, each));
  const newest = fresh[0]?.position ?? history.newest;
  if (history.missed || (isHeld && history.events.length + added.length > 2 * MOST))
    return { ...history, newest, missed: history.missed + added.length };
  const events = added.length ? [...added, ...history.events] : history.events;
  if (isHeld || events.length <= MOST) return { ...history, events, newest };
  const kept = events.slice(0, KEPT);
  return { ...history, events: kept, newest, below: kept.at(-1)?.position ?? history.below };
}

/** With the page that follows below it. */
export function withOlder(history: History, page: EventPage): History {
  const oldest = history.events.at(-1)?.position ?? Infinity;
  const added = page.items.filter((each) => each.position < oldest);
  return { ...history, events: [...history.events, ...added], below: page.next_before };
}
