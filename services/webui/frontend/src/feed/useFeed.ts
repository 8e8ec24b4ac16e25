// A page's share of the live feed, and the state of the connection that the header shows.
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

import { useClient, type FeedStatus } from "../api/client";
import type { Frame } from "../api/types";

const WORST: readonly FeedStatus[] = ["away", "connecting", "live"];
const open = new Map<object, FeedStatus>();
const listeners = new Set<() => void>();

function show(feed: object, status: FeedStatus | null): void {
  if (status) open.set(feed, status);
  else open.delete(feed);
  for (const each of listeners) each();
}

function watch(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const worst = (): FeedStatus | null => WORST.find((status) => [...open.values()].includes(status)) ?? null;

/** How the connection of the page that is shown is; null: it follows nothing. */
export const useFeedStatus = (): FeedStatus | null => useSyncExternalStore(watch, worst);

interface Asked {
  /** See `FeedAsked.topics`. */
  topics: readonly string[] | null;
  /** From the event after this position on; null: from now on; undefined: not yet. */
  after: number | null | undefined;
  logs?: readonly string[];
  frames: (frames: readonly Frame[]) => void;
  /** The connection is there again after a break; the feed goes on where it was. */
  back?: () => void;
}

/** Hears of the topics as long as the component is there. `after` counts only for the beginning. */
export function useFeed({ topics, after, logs, frames, back }: Asked): void {
  const client = useClient();
  const take = useEffectEvent(frames);
  const returned = useEffectEvent(() => back?.());
  const begin = useEffectEvent(() => after ?? null);
  const isReady = after !== undefined;
  const names = topics === null ? null : topics.join(",");
  const places = logs?.join(",") ?? "";

  useEffect(() => {
    if (!isReady) return undefined;
    const feed = {};
    let wasAway = false;
    const close = client.feed(
      {
        topics: names === null ? null : names ? names.split(",") : [],
        after: begin(),
        logs: places ? places.split(",") : [],
      },
      {
        frames: (all) => take(all),
        status: (status) => {
          show(feed, status);
          if (status === "live" && wasAway) returned();
          wasAway = status === "away" || (wasAway && status !== "live");
        },
      },
    );
    return () => {
      close();
      show(feed, null);
    };
  }, [client, isReady, names, places]);
}
