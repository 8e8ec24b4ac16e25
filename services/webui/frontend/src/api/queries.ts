// What the pages read, and how long it stays good. The one place where reading is described; all
// keys begin with the kind of thing and its id, so that news of it can make them stale.
import { QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";

import { ALWAYS } from "./always";
import { useClient, type Client } from "./client";
import { ApiProblem } from "./problem";

export function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) =>
          count < 3 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500),
        staleTime: 1_000,
        refetchOnWindowFocus: true,
      },
    },
  });
}

export function useTrial(trialId: string) {
  const client = useClient();
  return useQuery({ queryKey: ["trial", trialId], queryFn: () => client.trial(trialId) });
}

/** The spec never changes; what can be changed of a trial stands in the trial. */
export function useSpec(trialId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["trial", trialId, "spec"],
    queryFn: () => client.spec(trialId),
    staleTime: Infinity,
    meta: ALWAYS,
  });
}

export function useJob(jobId: string) {
  const client = useClient();
  return useQuery({ queryKey: ["job", jobId], queryFn: () => client.job(jobId) });
}

/** What a job reported while it ran, all of it, and the position up to which that is so. */
export function useMetrics(jobId: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["job", jobId, "metrics"],
    queryFn: () => allMetrics(client, jobId),
    staleTime: Infinity,
    gcTime: 0, // nobody hears of its events when nobody looks at it
  });
}

/** What a job reported while it ran, page by page. */
export async function allMetrics(client: Client, jobId: string) {
  const first = await client.metrics(jobId);
  let [points, cursor] = [first.items, first.next_cursor];
  while (cursor !== null) {
    const page = await client.metrics(jobId, cursor);
    points = points.concat(page.items);
    cursor = page.next_cursor;
  }
  return { points: points as readonly (typeof points)[number][], position: first.position };
}

/** The files that a job left; they come when an attempt ends, so `asOf` names how far the job is. */
export function useFiles(jobId: string, asOf: string) {
  const client = useClient();
  return useQuery({
    queryKey: ["job", jobId, "files", asOf],
    queryFn: () => client.files(jobId),
    placeholderData: (old) => old,
  });
}

/** A file that a job left, and its text where that is wanted; null: it is no text. */
export function useFile(jobId: string, path: string, asOf: string, withText: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["job", jobId, "file", path, asOf, withText],
    queryFn: async () => {
      const content = await client.file(jobId, path);
      const text = withText ? await content.text() : "";
      return { content, text: withText && !text.includes("\0") ? text : null };
    },
    staleTime: "static",
    gcTime: 60_000,
  });
}

export function useWorkers() {
  const client = useClient();
  return useQuery({ queryKey: ["workers"], queryFn: () => client.workers(), refetchInterval: 3_000 });
}

/** Who the token is of; `scopes` says what may be done. */
export function useMe() {
  const client = useClient();
  return useQuery({ queryKey: ["me"], queryFn: () => client.me(), staleTime: Infinity, meta: ALWAYS });
}

/** Makes what is known of something stale, at most once in so many milliseconds. */
export function useNews(key: readonly unknown[], pause = 1_000): () => void {
  const queries = useQueryClient();
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  const text = JSON.stringify(key);
  useEffect(() => () => clearTimeout(waiting.current), [text]);
  return useCallback(() => {
    if (waiting.current !== undefined) return;
    const rest = Math.max(0, last.current + pause - Date.now());
    waiting.current = setTimeout(() => {
      waiting.current = undefined;
      last.current = Date.now();
      void queries.invalidateQueries({ queryKey: JSON.parse(text) as unknown[], exact: true });
    }, rest);
  }, [queries, text, pause]);
}
