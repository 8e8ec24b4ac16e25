// Reads the recorded events: the newest first, older ones when they are asked for, new ones from the
// feed. Kept in the query cache, and changed there only by what it was at that moment, so that nothing
// that is heard while something is read gets lost.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { useClient } from "../../api/client";
import type { EventFrame } from "../../api/types";
import { useFeed } from "../../feed/useFeed";
import { begun, withNewer, withOlder, type History } from "./history";
import type { Picked } from "./wanted";

const FIRST = 200;
const PAGE = 500;
const BEYOND = Number.MAX_SAFE_INTEGER; // before the end of the log, wherever it is
const REDRAW = 200; // ms

/** `isHeld`: the reader looks at what is there, so nothing of it may go. */
export function useHistory(picked: Picked, isHeld: boolean) {
  const client = useClient();
  const queries = useQueryClient();
  const key = ["activity", picked.stream ?? "", picked.type ?? ""];
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: async () => begun(picked, await client.events({ ...picked, before: BEYOND, limit: FIRST })),
    staleTime: "static", // reading it anew would forget what was heard meanwhile
    gcTime: 0,
  });
  const change = (how: (old: History) => History) =>
    queries.setQueryData<History>(key, (old) => old && how(old));

  const heard = useRef<EventFrame[]>([]);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const held = useRef(isHeld);
  useEffect(() => {
    held.current = isHeld;
  }, [isHeld]);
  useEffect(
    () => () => {
      clearTimeout(waiting.current);
      waiting.current = undefined;
      heard.current = [];
    },
    [],
  );
  useFeed({
    topics: null,
    after: data?.began,
    frames: (frames) => {
      heard.current.push(...frames.filter((frame) => frame.kind === "event"));
      if (!heard.current.length) return;
      waiting.current ??= setTimeout(() => {
        waiting.current = undefined;
        const all = heard.current;
        heard.current = [];
        change((old) => withNewer(old, all, held.current));
      }, REDRAW);
    },
  });

  const older = useMutation({
    mutationFn: async () => {
      const below = data?.below ?? null;
      if (below === null) return;
      const page = await client.events({ ...picked, before: below, limit: PAGE });
      change((old) => (old.below === below ? withOlder(old, page) : old));
    },
  });
  return { history: data, error, retry: () => void refetch(), older };
}

/** The newest position to show: where the stream was when it began to be held. */
export function useHeldAt(newest: number | undefined, isHeld: boolean): number {
  const [at, setAt] = useState<number>();
  if (!isHeld && at !== undefined) setAt(undefined);
  if (isHeld && at === undefined && newest !== undefined) setAt(newest);
  return isHeld ? (at ?? newest ?? Infinity) : Infinity;
}
