// How long a trial still takes, as far as its pace so far tells. Says nothing where nobody can know.
import type { Trial } from "../../api/types";
import type { Summary } from "./summary";

const FEWEST = 4; // ends; fewer tell of no pace
const PAUSE = 10; // times the usual: so long an interval between two ends was a pause
const CHANGED = 1.5; // times as many jobs at once as before: the pace is another one now

/** How much of the budget is used, from 0 to 1; null: it is not bounded by jobs or time. */
export function progressOf(trial: Trial, now: number): { done: number; of: "jobs" | "time" } | null {
  const { jobs, wall_time } = trial.budget;
  const byTime = wall_time !== null && trial.started_at !== null ? elapsed(trial, now) / wall_time : null;
  const byJobs = jobs ? ended(trial) / jobs : null;
  if (byJobs === null && byTime === null) return null;
  return (byTime ?? 0) > (byJobs ?? 0)
    ? { done: Math.min(1, byTime ?? 0), of: "time" }
    : { done: Math.min(1, byJobs ?? 0), of: byJobs === null ? "time" : "jobs" };
}

/** Jobs of the budget that have ended; imported ones cost nothing of it. */
export const ended = ({ jobs }: Trial): number =>
  jobs.succeeded + jobs.failed + jobs.pruned + jobs.cancelled - jobs.imported;

/** Since the first job began, until the end or now. */
export const elapsed = (trial: Trial, now: number): number =>
  trial.started_at === null ? 0 : Math.max(0, (trial.finished_at ?? now) - trial.started_at);

/** Seconds to the end of a running trial; null: unknown. */
export function secondsLeft(trial: Trial, summary: Summary | undefined, now: number): number | null {
  if (trial.state !== "running") return null;
  const { jobs, wall_time } = trial.budget;
  const untilTime = wall_time === null || trial.started_at === null ? null : wall_time - elapsed(trial, now);
  const interval = jobs === null || !summary ? null : intervalOf(summary, trial.jobs.running);
  const untilJobs = interval === null ? null : Math.max(0, (jobs ?? 0) - ended(trial)) * interval;
  if (untilJobs === null) return untilTime === null || jobs !== null ? null : Math.max(0, untilTime);
  return Math.max(0, Math.min(untilJobs, untilTime ?? Infinity));
}

/** Seconds from one end of a job to the next, without pauses, at as many jobs at once as now. */
function intervalOf({ recent }: Summary, running: number): number | null {
  if (recent.length < FEWEST) return null;
  const ends = recent.map((each) => each.finishedAt);
  const gaps = ends.slice(1).map((each, at) => each - (ends[at] ?? each));
  const usual = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 0;
  const kept = usual > 0 ? gaps.filter((each) => each <= PAUSE * usual) : gaps;
  const sum = (values: number[]) => values.reduce((total, each) => total + each, 0);
  const interval = sum(kept) / kept.length;
  if (!(interval > 0)) return null;
  const jobTime = sum(recent.map((each) => each.finishedAt - each.startedAt)) / recent.length;
  const width = jobTime / interval;
  const isAnother = running > 0 && width > 0 && (running > CHANGED * width || width > CHANGED * running);
  return isAnother ? (interval * width) / running : interval;
}

/** About how long, in one unit: nobody knows it better. */
export function about(seconds: number): string {
  if (seconds < 10) return "a few seconds";
  if (seconds < 90) return `about ${10 * Math.round(seconds / 10)} s`;
  if (seconds < 90 * 60) return `about ${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3_600) return `about ${Math.round(seconds / 3_600)} h`;
  return `about ${Math.round(seconds / 86_400)} d`;
}
