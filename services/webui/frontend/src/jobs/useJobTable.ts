// A trial's jobs, all of them, live: the newest are read first, the older ones behind them, and from
// then on every event is folded in. One reading a trial, kept in the query cache.
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";

import { useClient, type Client } from "../api/client";
import type { EventFrame, Frame } from "../api/types";
import { useFeed } from "../feed/useFeed";
import { useMoment } from "../moment/context";
import type { Parameter } from "../space/outline";
import { fold } from "./fold";
import { JobTable } from "./table";

const FIRST = 2_000; // jobs; the newest, so that there is something to see at once
const CHUNK = 10_000; // jobs; more the gateway does not give at once
const AGAIN = 2_000; // ms
const REDRAW = 250; // ms; more often nobody can read it

/** A table at a moment: the table is changed in place, each change makes a new one of these. */
export interface Jobs {
  table: JobTable;
  /** Grows with every change. */
  version: number;
  /** Whether all jobs are there. */
  isComplete: boolean;
  /** What the feed is to go on after. */
  position: number;
}

interface Loaded extends Jobs {
  /** The next chunk ends below this number. */
  below: number;
}

const keyOf = (trialId: string) => ["trial", trialId, "jobs"];

/** The jobs of a trial; undefined while the first ones are on their way. `onEvents`: something of it is new. */
export function useJobTable(
  trialId: string,
  parameters: readonly Parameter[] | undefined,
  proposed: number | undefined,
  onEvents?: () => void,
): { jobs: Jobs | undefined; error: Error | null; retry: () => void } {
  const client = useClient();
  const queries = useQueryClient();
  const moment = useMoment(); // there an old table is of another moment
  const { data, error, refetch } = useQuery({
    queryKey: keyOf(trialId),
    queryFn: () => begin(client, trialId, parameters ?? [], proposed ?? 0),
    enabled: parameters !== undefined && proposed !== undefined,
    staleTime: Infinity,
    gcTime: 0, // nobody hears of its events when nobody looks at it
  });
  const heard = useRef<EventFrame[]>([]);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);

  const redraw = () => {
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      renew(queries, trialId, {});
    }, REDRAW);
  };
  const table = data?.table;
  const isComplete = data?.isComplete ?? false;
  useFeed({
    topics: [`trial:${trialId}`],
    after: data?.position,
    frames: (frames: readonly Frame[]) => {
      if (!table) return;
      if (frames.some((frame) => frame.kind === "event")) onEvents?.();
      const isReadAnew = queries.getQueryState(keyOf(trialId))?.fetchStatus !== "idle";
      let isChanged = false;
      for (const frame of frames) {
        if (frame.kind !== "event") continue;
        if (!isComplete || isReadAnew) heard.current.push(frame); // what is on its way may be without it
        if (fold(table, frame)) isChanged = true;
      }
      if (isChanged) redraw();
    },
  });

  // The trial was read before its jobs; of what happened between the two the feed tells nothing.
  const tell = useEffectEvent(() => onEvents?.());
  useEffect(() => {
    if (table) tell();
  }, [table]);

  useEffect(() => {
    if (!table) return undefined;
    for (const event of heard.current) fold(table, event);
    if (isComplete) {
      heard.current = [];
      return undefined;
    }
    let isWanted = true;
    void readOlder(client, queries, table, heard.current, () => isWanted);
    return () => {
      isWanted = false;
    };
  }, [client, queries, table, isComplete]);
  useEffect(
    () => () => {
      clearTimeout(waiting.current);
      waiting.current = undefined;
    },
    [trialId],
  );
  return { jobs: data, error: data && !moment ? null : error, retry: () => void refetch() };
}

/** Reads the newest jobs: of those that there are by now, which may be more than people knew of. */
async function begin(
  client: Client,
  trialId: string,
  parameters: readonly Parameter[],
  proposed: number,
): Promise<Loaded> {
  const from = Math.max(1, proposed - FIRST + 1);
  const columns = await client.columns(trialId, from, from + CHUNK - 1);
  if (columns.proposed >= from + CHUNK) return begin(client, trialId, parameters, columns.proposed);
  const table = new JobTable(trialId, parameters, Math.max(columns.proposed, 256));
  table.fill(columns);
  return { table, version: 1, isComplete: from === 1, position: columns.position, below: from };
}

/** Reads what is older than the first chunk, and folds into it what was heard meanwhile. */
async function readOlder(
  client: Client,
  queries: QueryClient,
  table: JobTable,
  heard: readonly EventFrame[],
  isWanted: () => boolean,
): Promise<void> {
  const { trialId } = table;
  let below = queries.getQueryData<Loaded>(keyOf(trialId))?.below ?? 1;
  while (below > 1 && isWanted()) {
    const from = Math.max(1, below - CHUNK);
    const columns = await client.columns(trialId, from, below - 1).catch(() => null);
    if (!isWanted()) return;
    if (columns === null) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN)); // the gateway may be away
      continue;
    }
    table.fill(columns);
    for (const event of heard) fold(table, event);
    below = from;
    renew(queries, trialId, { below, isComplete: from === 1 });
  }
}

function renew(queries: QueryClient, trialId: string, changes: Partial<Loaded>): void {
  queries.setQueryData<Loaded>(
    keyOf(trialId),
    (old) => old && { ...old, ...changes, version: old.version + 1 },
  );
}
