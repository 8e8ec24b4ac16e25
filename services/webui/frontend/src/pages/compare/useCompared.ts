// The trials that stand side by side, each with its spec and losses, live.
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { useClient } from "../../api/client";
import type { Frame, Trial, TrialSpec } from "../../api/types";
import { useFeed } from "../../feed/useFeed";
import { readLosses, type Losses } from "./losses";

const PAUSE = 1_000; // ms between two looks at a trial
const LOSSES = 4_000; // ms between two looks at its jobs

export interface Compared {
  trialId: string;
  trial: Trial | undefined;
  spec: TrialSpec | undefined;
  losses: Losses | undefined;
  error: Error | null;
}

export function useCompared(trialIds: readonly string[]): Compared[] {
  const client = useClient();
  const queries = useQueryClient();
  const trials = useQueries({
    queries: trialIds.map((id) => ({
      queryKey: ["trial", id],
      queryFn: () => client.trial(id),
      // The feed tells only of what happens after it was opened, and that is after this was read.
      refetchInterval: ({ state }: { state: { data?: Trial | undefined } }) =>
        state.data?.finished_at === null ? LOSSES : (false as const),
    })),
  });
  const specs = useQueries({
    queries: trialIds.map((id) => ({
      queryKey: ["trial", id, "spec"],
      queryFn: () => client.spec(id),
      staleTime: Infinity,
    })),
  });
  const losses = useQueries({
    queries: trialIds.map((id, at) => {
      const trial = trials[at]?.data;
      // An end or a retraction asks for one more look, whenever the last one was.
      const key = (ended: boolean) => ["trial", id, "losses", ended, trial?.jobs.retracted];
      const isOpen = trial?.finished_at === null;
      return {
        queryKey: key(!isOpen),
        queryFn: async () => {
          const known = queries.getQueryData<Losses>(key(!isOpen)) ?? queries.getQueryData<Losses>(key(false));
          const now = queries.getQueryData<Trial>(["trial", id]) ?? (await client.trial(id));
          return readLosses(client, now, known);
        },
        enabled: trial !== undefined,
        staleTime: isOpen ? LOSSES : Infinity,
        refetchInterval: isOpen ? LOSSES : (false as const),
        placeholderData: (old: Losses | undefined) => old,
      };
    }),
  });
  useTrialNews(trialIds);
  return trialIds.map((trialId, at) => ({
    trialId,
    trial: trials[at]?.data,
    spec: specs[at]?.data,
    losses: losses[at]?.data,
    error: (trials[at]?.data ? null : trials[at]?.error) ?? specs[at]?.error ?? null,
  }));
}

/** Looks at a trial again when something of it is new. */
function useTrialNews(trialIds: readonly string[]): void {
  const queries = useQueryClient();
  const stale = useRef(new Set<string>());
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const look = (ids: Iterable<string>) => {
    for (const id of ids) stale.current.add(id);
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      const known = [...stale.current];
      stale.current.clear();
      for (const id of known) void queries.invalidateQueries({ queryKey: ["trial", id], exact: true });
    }, PAUSE);
  };
  useEffect(() => () => clearTimeout(waiting.current), []);
  useFeed({
    topics: trialIds.map((id) => `trial:${id}`),
    after: null,
    frames: (frames: readonly Frame[]) => {
      const ids = frames.flatMap((frame) => (frame.kind === "event" ? idsOf(frame.data, trialIds) : []));
      if (ids.length) look(ids);
    },
    back: () => look(trialIds),
  });
}

function idsOf(data: object, trialIds: readonly string[]): string[] {
  const [trial, job] = ["trial_id", "job_id"].map((name) => (data as Record<string, unknown>)[name]);
  return trialIds.filter((id) => id === trial || (typeof job === "string" && job.startsWith(`${id}.`)));
}
