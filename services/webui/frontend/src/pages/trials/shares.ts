// How far a trial is, by what ends it: a number of jobs, else a time.
import type { ListedTrial } from "../../api/types";

export interface Piece {
  kind: "succeeded" | "pruned" | "failed" | "cancelled" | "running";
  count: number;
  /** Of the bar, in percent. */
  width: number;
}

/** Jobs that have ended, whatever became of them. */
export const endedJobs = ({ jobs }: ListedTrial): number =>
  jobs.succeeded + jobs.failed + jobs.pruned + jobs.cancelled;

/** The parts of the bar; none where no number of jobs ends the trial. */
export function piecesOf({ jobs, budget }: ListedTrial): Piece[] {
  if (budget.jobs === null) return [];
  const all = Math.max(budget.jobs, jobs.proposed, 1);
  const kinds = ["succeeded", "pruned", "failed", "cancelled", "running"] as const;
  return kinds
    .map((kind) => ({ kind, count: jobs[kind], width: (jobs[kind] / all) * 100 }))
    .filter(({ count }) => count > 0);
}

/** Seconds that a trial has taken until now; null: it has not begun. */
export function secondsTaken({ started_at, finished_at }: ListedTrial, now: number): number | null {
  if (started_at === null) return null;
  return Math.max(0, (finished_at ?? now) - started_at);
}
