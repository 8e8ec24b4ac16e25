// How a job's time went: waiting for a slot, being started, running, once for each attempt.
import type { Job } from "../../api/types";

export type Phase = "waited" | "starting" | "ran" | "lost";

export interface Segment {
  phase: Phase;
  from: number;
  to: number;
  attempt: number;
}

/** The parts of a job's time, without gaps, up to its end or to `now`. */
export function segmentsOf(job: Job, now: number): Segment[] {
  const end = job.finished_at ?? Math.max(now, job.proposed_at);
  const found: Segment[] = [];
  let at = job.proposed_at;
  const until = (moment: number | null, phase: Phase, attempt: number) => {
    const to = Math.min(end, Math.max(at, moment ?? end));
    if (to > at) found.push({ phase, from: at, to, attempt });
    at = to;
  };
  for (const each of job.attempts) {
    until(each.claimed_at, "waited", each.attempt);
    if (each.started_at !== null || each.ended_at === null) until(each.started_at, "starting", each.attempt);
    until(each.ended_at, each.lost === null ? "ran" : "lost", each.attempt);
  }
  until(null, "waited", job.attempts.length + 1);
  return found;
}

/** How long all parts of each kind took together. */
export function totals(segments: readonly Segment[]): [Phase, number][] {
  const sums = new Map<Phase, number>();
  for (const { phase, from, to } of segments) sums.set(phase, (sums.get(phase) ?? 0) + to - from);
  return [...sums];
}

/** How long it ran in the attempt that counts; null: it did not begin. */
export function runTime(job: Job, now: number): number | null {
  const attempt = job.attempts.find((each) => each.attempt === job.attempt);
  if (attempt?.started_at == null) return null;
  return Math.max(0, (attempt.ended_at ?? job.finished_at ?? now) - attempt.started_at);
}
