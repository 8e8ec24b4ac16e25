// All that a job's page hears, over one connection: events of the job, and its log as it is written.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { useMetrics, useNews } from "../../api/queries";
import type { Frame } from "../../api/types";
import { useFeed } from "../../feed/useFeed";
import { withReports, type Reported } from "./curves";
import { trialIdOf } from "./ident";
import type { LogBuffer } from "./log/buffer";
import { takeFrames } from "./log/useLog";

interface Followed {
  attempt: number;
  /** Undefined: it is not shown. */
  buffer: LogBuffer | undefined;
  /** The log is wanted and on its way: what to follow of it is not known yet. */
  isOnItsWay: boolean;
}

/** Follows the job; gives what it reported so far. */
export function useJobFeed(jobId: string, log: Followed) {
  const queries = useQueryClient();
  const metrics = useMetrics(jobId);
  const tellJob = useNews(["job", jobId], 500);
  const tellTrial = useNews(["trial", trialIdOf(jobId)]);
  const known = metrics.data?.position ?? (metrics.isError ? null : undefined);
  const { attempt, buffer } = log;
  const logs = useBeginning(jobId, attempt, buffer);

  // The job was read at another moment than the position that the feed goes on after.
  const isKnown = known !== undefined;
  useEffect(() => {
    if (isKnown) tellJob();
  }, [isKnown, tellJob]);

  useFeed({
    topics: [`job:${jobId}`],
    after: log.isOnItsWay ? undefined : known,
    logs,
    frames: (frames: readonly Frame[]) => {
      if (buffer) takeFrames(buffer, jobId, attempt, frames);
      const events = frames.filter((frame) => frame.kind === "event");
      if (!events.length) return;
      queries.setQueryData<{ points: readonly Reported[]; position: number }>(["job", jobId, "metrics"], (old) => {
        const points = old && withReports(old.points, events);
        return old && points !== old.points ? { ...old, points: points ?? [] } : old;
      });
      if (events.some((event) => event.type !== "job.metric_reported.v1")) {
        tellJob();
        tellTrial();
      }
    },
    back: () => {
      tellJob();
      tellTrial();
    },
  });
  return metrics;
}

/** Where to follow a log from: as it was when its buffer came. The feed itself goes on from there. */
function useBeginning(jobId: string, attempt: number, buffer: LogBuffer | undefined): readonly string[] {
  const [begun, setBegun] = useState<{ buffer: LogBuffer | undefined; logs: string[] }>({ buffer: undefined, logs: [] });
  if (begun.buffer !== buffer)
    setBegun({ buffer, logs: buffer ? [`${jobId}:${attempt}:${buffer.to}`] : [] });
  return begun.logs;
}
