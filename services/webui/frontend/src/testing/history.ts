// The life of a trial by chance, and what the gateway would give of it at any moment: the truth that
// tables which were read in pieces and heard in others are compared with. It shares nothing with `fold`.
import type { Columns, EventFrame, JobState } from "../api/types";
import { chance } from "./chance";
import { event, NOW } from "./samples";

const TRIAL = "digits-k3x9aa";
const RECENT = 60; // jobs that still change; older ones are what they are
const KERNELS = ["rbf", "poly", "linear"];

interface Row {
  state: JobState;
  loss: number | null;
  attempt: number;
  worker: string | null;
  slot: number | null;
  proposed: number;
  started: number | null;
  finished: number | null;
  reason: string;
  retracted: boolean;
  C: number;
  kernel: string;
  accuracy: number | null;
}

export interface History {
  events: EventFrame[];
  /** What the gateway gives when it has seen so many events; it may say that it has seen fewer. */
  columns: (seen: number, from?: number, to?: number, said?: number) => Columns;
}

/** A history of so many events; the event at place p stands at position p + 1. */
export function history(seed: number, length: number): History {
  const next = chance(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const rows: Row[] = [];
  const events: EventFrame[] = [];
  const pasts = new Map<Row, { position: number; row: Row }[]>();
  while (events.length < length) {
    const position = events.length + 1;
    const row = next() < 0.3 || !rows.length ? null : pick(rows.slice(-RECENT));
    const happened = row ? step(row, rows.indexOf(row) + 1, next, pick, position) : begin(rows, next, pick, position);
    if (!happened) continue;
    events.push(happened);
    const changed = row ?? rows.at(-1);
    if (changed) pasts.set(changed, [...(pasts.get(changed) ?? []), { position, row: { ...changed } }]);
  }
  const statesAt = (seen: number) =>
    rows.flatMap((row) => pasts.get(row)?.findLast(({ position }) => position <= seen)?.row ?? []);
  return { events, columns: (seen, from = 1, to = 1e9, said = seen) => columnsOf(statesAt(seen), from, to, said) };
}

type Pick = <T>(from: readonly T[]) => T;

function begin(rows: Row[], next: () => number, pick: Pick, position: number): EventFrame {
  const at = NOW + position;
  const [C, kernel] = [next(), pick(KERNELS)];
  const none = { loss: null, worker: null, slot: null, started: null, finished: null, accuracy: null };
  rows.push({ ...none, state: "pending", attempt: 0, proposed: at, reason: "", retracted: false, C, kernel });
  const job = { trial_id: TRIAL, job_id: `${TRIAL}.${rows.length}`, number: rows.length };
  const origin = { origin: "optimizer", point_id: null, retry_of: null } as const;
  return event("job.proposed.v1", { ...job, ...origin, params: { C, kernel }, versions: {} }, position, { occurred_at: at });
}

function step(row: Row, number: number, next: () => number, pick: Pick, position: number): EventFrame | null {
  const at = NOW + position;
  const when = { occurred_at: at };
  const job = { trial_id: TRIAL, job_id: `${TRIAL}.${number}` };
  if (row.state === "pending") {
    Object.assign(row, { state: "running", attempt: row.attempt + 1, worker: pick(["a", "b"]), slot: pick([0, 1]) });
    return event("job.claimed.v1",
      { ...job, attempt: row.attempt, worker_id: row.worker ?? "", slot: row.slot ?? 0 }, position, when);
  }
  const held = { ...job, attempt: row.attempt, worker_id: row.worker ?? "" };
  if (row.state !== "running") {
    if (row.state !== "succeeded" || row.retracted || next() < 0.9) return null;
    Object.assign(row, { retracted: true, loss: null });
    return event("job.retracted.v1", { ...job, reason: "a wrong label" }, position, when);
  }
  switch (pick(["start", "metric", "lose", "succeed", "succeed", "fail"])) {
    case "start":
      row.started = at;
      return event("job.started.v1", { ...held, runner: {} }, position, when);
    case "metric":
      return event("job.metric_reported.v1", { ...held, step: position, values: { loss: next() } }, position, when);
    case "lose":
      Object.assign(row, { state: "pending", worker: null, slot: null });
      return event("job.attempt_lost.v1", { ...held, reason: "lease-expired" }, position, when);
    case "fail":
      Object.assign(row, { state: "failed", finished: at, reason: "exit-code" });
      return event("job.finished.v1", { ...held, outcome: { kind: "failed", reason: "exit-code", message: "" },
        metrics: {}, graphs: [], runner: {} }, position, when);
    default: {
      Object.assign(row, { state: "succeeded", finished: at, loss: next(), accuracy: next() });
      return event("job.finished.v1", { ...held, outcome: { kind: "succeeded", loss: row.loss ?? 0 },
        metrics: { accuracy: row.accuracy, note: "no number" }, graphs: [], runner: {} }, position, when);
    }
  }
}

function columnsOf(rows: readonly Row[], from: number, to: number, position: number): Columns {
  const given = rows.flatMap((row, at) => (at + 1 >= from && at + 1 <= to ? [{ ...row, number: at + 1 }] : []));
  const workers = [...new Set(given.flatMap(({ worker }) => worker ?? []))];
  return {
    trial_id: TRIAL,
    position,
    proposed: rows.length,
    number: given.map(({ number }) => number),
    state: given.map(({ state }) => state),
    loss: given.map(({ loss }) => loss),
    origin: given.map(() => "optimizer"),
    attempt: given.map(({ attempt }) => attempt),
    worker: given.map(({ worker }) => (worker === null ? null : workers.indexOf(worker))),
    slot: given.map(({ slot }) => slot),
    proposed_at: given.map(({ proposed }) => proposed),
    started_at: given.map(({ started }) => started),
    finished_at: given.map(({ finished }) => finished),
    reason: given.map(({ reason }) => reason),
    retracted: given.map(({ retracted }) => retracted),
    workers,
    params: { C: given.map(({ C }) => C), kernel: given.map(({ kernel }) => kernel) },
    metrics: given.some(({ accuracy }) => accuracy !== null) ? { accuracy: given.map(({ accuracy }) => accuracy) } : {},
  };
}
