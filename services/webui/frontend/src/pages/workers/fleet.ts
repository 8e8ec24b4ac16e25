// What the page knows of the workers beyond their documents: how they stand, who is meant, what their
// slots hold.
import type { RunningAttempt, Worker } from "../../api/types";

export type Standing = "alive" | "draining" | "lost" | "left";

/** A worker that is alive says so every 5 s; after this long somebody should look. */
export const LATE = 15;
const GONE_AFTER = 86_400; // s; a loss of yesterday is history

export const standing = (worker: Worker): Standing =>
  worker.state === "alive" && worker.draining ? "draining" : worker.state;

/** Those that concern nobody any more: they left, or were lost long ago. */
export const isGone = (worker: Worker, now: number): boolean =>
  worker.state === "left" || (worker.state === "lost" && now - worker.updated_at > GONE_AFTER);

export const isLate = (worker: Worker, now: number): boolean =>
  worker.state === "alive" && worker.last_seen !== null && now - worker.last_seen > LATE;

export interface Totals {
  alive: number;
  draining: number;
  lost: number;
  slots: number;
  busy: number;
  gpus: number;
}

/** Sums over the workers that are there, and how many were lost of late. */
export function totals(workers: readonly Worker[], now: number): Totals {
  const sums: Totals = { alive: 0, draining: 0, lost: 0, slots: 0, busy: 0, gpus: 0 };
  for (const worker of workers) {
    if (worker.state === "lost" && !isGone(worker, now)) sums.lost += 1;
    if (worker.state !== "alive") continue;
    sums.alive += 1;
    if (worker.draining) sums.draining += 1;
    sums.slots += worker.slots;
    sums.busy += Object.keys(worker.running).length;
    sums.gpus += worker.gpus;
  }
  return sums;
}

export interface Run extends RunningAttempt {
  jobId: string;
}

/** What a worker runs, by slot. */
export const runsOf = (worker: Worker): Run[] =>
  Object.entries(worker.running)
    .map(([jobId, attempt]) => ({ jobId, ...attempt }))
    .toSorted((a, b) => a.slot - b.slot || a.since - b.since);

/** Its slots, each with its run; more than it has, where it took on jobs of a larger time. */
export function slotsOf(worker: Worker): (Run | undefined)[] {
  const slots = Array.from<Run | undefined>({ length: worker.slots });
  const others: Run[] = [];
  for (const run of runsOf(worker))
    if (run.slot < slots.length && slots[run.slot] === undefined) slots[run.slot] = run;
    else others.push(run);
  return [...slots, ...others];
}

export interface Wanted {
  text: string;
  pool: string;
  standing: string;
  /** Whether those that are gone are wanted too. */
  gone: boolean;
  /** The id of one that is wanted whatever else holds. */
  chosen: string;
}

const byName = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
const RANK: Record<Standing, number> = { alive: 0, draining: 0, lost: 1, left: 2 };

/** The workers to show: those that are there first, by host; the others newest first. */
export function choose(workers: readonly Worker[], wanted: Wanted, now: number): Worker[] {
  const text = wanted.text.trim().toLowerCase();
  const isWanted = (worker: Worker): boolean =>
    worker.worker_id === wanted.chosen ||
    (`${worker.host} ${worker.worker_id}`.toLowerCase().includes(text) &&
      (!wanted.pool || worker.pool === wanted.pool) &&
      (wanted.standing ? standing(worker) === wanted.standing : wanted.gone || !isGone(worker, now)));
  const byPlace = (a: Worker, b: Worker): number => {
    const rank = RANK[standing(a)] - RANK[standing(b)];
    if (rank) return rank;
    if (a.state !== "alive") return b.updated_at - a.updated_at;
    return byName(a.host, b.host) || byName(a.worker_id, b.worker_id);
  };
  return workers.filter(isWanted).toSorted(byPlace);
}

export const poolsOf = (workers: readonly Worker[]): string[] =>
  [...new Set(workers.map((each) => each.pool))].toSorted(byName);
