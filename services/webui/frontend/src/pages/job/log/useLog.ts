// The log of an attempt as it is read and followed. The buffer is changed in place: it is looked at
// through its version, and no refetch may put another in its place while somebody reads it.
import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

import { useClient } from "../../../api/client";
import type { Frame } from "../../../api/types";
import { LogBuffer } from "./buffer";

export const TAIL = 65_536; // bytes; what a screen shows at first, and somewhat more
export const MORE = 262_144; // bytes at a time when people read on

export function useLog(jobId: string, attempt: number, isWanted: boolean) {
  const client = useClient();
  return useQuery({
    queryKey: ["job", jobId, "log", attempt],
    queryFn: async () => new LogBuffer(await client.log(jobId, { attempt, offset: -TAIL, limit: TAIL })),
    enabled: isWanted && attempt > 0,
    staleTime: "static",
    gcTime: 0,
    structuralSharing: false,
  });
}

/** Draws the component anew with every change of the buffer. */
export const useVersion = (buffer: LogBuffer): number => useSyncExternalStore(buffer.subscribe, buffer.version);

/** Puts what the feed tells of this attempt's log into its buffer. */
export function takeFrames(buffer: LogBuffer, jobId: string, attempt: number, frames: readonly Frame[]): void {
  for (const frame of frames) {
    if ((frame.kind !== "log" && frame.kind !== "log_end") || frame.job_id !== jobId || frame.attempt !== attempt)
      continue;
    if (frame.kind === "log") buffer.append(frame.text, frame.offset, frame.next);
    else buffer.over(frame.offset);
  }
}
