// From which to which position a trial's history goes.
import { useQuery } from "@tanstack/react-query";

import { ALWAYS } from "../../api/always";
import type { Client } from "../../api/client";

const LOOK_AGAIN = 5_000; // ms
const BEYOND = 999_999_999_999; // any log's end

export interface Span {
  first: number;
  last: number;
}

export const streamOf = (trialId: string): string => `trial-${trialId}`;

/** Reads both ends of a trial's stream. */
export async function readSpan(client: Client, trialId: string): Promise<Span> {
  const stream = streamOf(trialId);
  const [begin, end] = await Promise.all([
    client.events({ stream, after: 0, limit: 1 }),
    client.events({ stream, before: BEYOND, limit: 1 }),
  ]);
  const first = begin.items[0]?.position ?? 1;
  return { first, last: end.items[0]?.position ?? first };
}

/** `client`: today's, so that an open trial's span grows. */
export function useSpan(client: Client, trialId: string): Span | undefined {
  return useQuery({
    queryKey: ["span", trialId],
    queryFn: () => readSpan(client, trialId),
    staleTime: Infinity,
    meta: ALWAYS,
    refetchInterval: LOOK_AGAIN,
  }).data;
}

/** The position of the trial's next event, or of the one before; null: there is none. */
export async function neighbour(client: Client, trialId: string, at: number, way: 1 | -1): Promise<number | null> {
  const stream = streamOf(trialId);
  const asked = way === 1 ? { stream, after: at, limit: 1 } : { stream, before: at, limit: 1 };
  return (await client.events(asked)).items[0]?.position ?? null;
}
