// Documents as the gateway gives them, for tests: each with the fields that a test names.
import type { Columns, EventFrame, Job, JobState, ListedTrial, RecordedEvent, Trial, TrialSpec, Why, WhySentence, Worker } from "../api/types";

export const NOW = 1_790_000_000;

export function listedTrial(changes: Partial<ListedTrial> = {}): ListedTrial {
  return {
    trial_id: "digits-k3x9aa",
    name: "digits",
    state: "running",
    reason: "",
    message: "",
    objective: "minimize",
    image: "team/digits:1.2",
    command: null,
    external: false,
    algorithm: "auto",
    seed: 7,
    budget: { jobs: 30, wall_time: null, target_loss: null, max_failures: null },
    parallelism: 2,
    priority: 0,
    pool: "default",
    tags: ["svm"],
    archived: false,
    forked_from: null,
    submitted_at: NOW - 600,
    started_at: NOW - 590,
    finished_at: null,
    updated_at: NOW - 3,
    jobs: {
      queued: 0,
      proposed: 12,
      pending: 0,
      running: 2,
      succeeded: 9,
      failed: 1,
      pruned: 0,
      cancelled: 0,
      attempts_lost: 0,
      imported: 0,
      retracted: 0,
    },
    running: [
      { job_id: "digits-k3x9aa.11", number: 11, state: "running", since: NOW - 20, params: { C: 1.5, gamma: 0.01, kernel: "rbf" } },
      { job_id: "digits-k3x9aa.12", number: 12, state: "running", since: NOW - 9, params: { C: 2.5, gamma: 0.02, kernel: "rbf" } },
    ],
    best: {
      job_id: "digits-k3x9aa.7",
      number: 7,
      loss: 0.0213,
      params: { C: 3.2, gamma: 0.011, kernel: "rbf" },
      at: NOW - 200,
    },
    improvements: [
      { number: 1, loss: 0.41, at: NOW - 580 },
      { number: 3, loss: 0.12, at: NOW - 480 },
      { number: 7, loss: 0.0213, at: NOW - 200 },
    ],
    location: "",
    ...changes,
  };
}

export const trial = (changes: Partial<Trial> = {}): Trial => ({ ...listedTrial(), notes: "", ...changes });

export function spec(changes: Partial<TrialSpec> = {}): TrialSpec {
  return {
    name: "digits",
    image: "team/digits:1.2",
    command: null,
    working_dir: null,
    external: false,
    space: {
      C: { type: "float", low: 0.01, high: 100, log: true },
      gamma: { type: "float", low: 0.0001, high: 1, log: true },
      kernel: { type: "choice", values: ["rbf", "poly"] },
      degree: { type: "int", low: 2, high: 5, when: { kernel: ["poly"] } },
    },
    points: [],
    objective: "minimize",
    algorithm: { name: "auto", seed: 7, options: {} },
    budget: { jobs: 30, wall_time: null, target_loss: null, max_failures: null },
    parallelism: 2,
    retries: 3,
    priority: 0,
    timeout: null,
    resources: { cpus: null, memory: null, gpus: 0, shm_size: null, disk: null },
    environment: {},
    secrets: {},
    data: null,
    network: null,
    runtime: null,
    pull: "missing",
    pool: "default",
    privileged: false,
    tags: ["svm"],
    notes: "",
    ...changes,
  };
}

export function job(changes: Partial<Job> = {}): Job {
  return {
    job_id: "digits-k3x9aa.7",
    trial_id: "digits-k3x9aa",
    number: 7,
    state: "succeeded",
    params: { C: 3.2, gamma: 0.011, kernel: "rbf" },
    origin: "optimizer",
    point_id: null,
    retry_of: null,
    attempt: 1,
    worker_id: "ant-1",
    proposed_at: NOW - 230,
    started_at: NOW - 220,
    finished_at: NOW - 200,
    loss: 0.0213,
    reason: "",
    message: "",
    metrics: { accuracy: 0.9787 },
    graphs: [],
    last_metric: null,
    stop_requested: null,
    retracted: null,
    attempts: [
      {
        attempt: 1,
        worker_id: "ant-1",
        slot: 0,
        claimed_at: NOW - 221,
        started_at: NOW - 220,
        ended_at: NOW - 200,
        lost: null,
        runner: { host: "ant", container: "4f2a", image: "sha256:aa11" },
        exit: { code: 0, seconds: 19.7, peak_memory: 104_857_600 },
      },
    ],
    ...changes,
  };
}

export function worker(changes: Partial<Worker> = {}): Worker {
  return {
    worker_id: "ant-1",
    state: "alive",
    reason: "",
    draining: false,
    host: "ant",
    pool: "default",
    slots: 4,
    gpus: 0,
    runtimes: ["docker", "process"],
    version: "0.1.0",
    registered_at: NOW - 7_200,
    updated_at: NOW - 2,
    running: { "digits-k3x9aa.11": { trial_id: "digits-k3x9aa", attempt: 1, slot: 0, since: NOW - 20 } },
    last_seen: NOW - 2,
    ...changes,
  };
}

/** Columns of `count` jobs of `spec()`, made by a rule: the same at every call. */
export function columns(count: number, from = 1, to = count, trialId = "digits-k3x9aa"): Columns {
  const numbers = Array.from({ length: Math.max(0, Math.min(to, count) - from + 1) }, (_, i) => from + i);
  const wave = (number: number, factor: number) => (Math.sin(number * factor) + 1) / 2;
  const stateOf = (number: number): JobState =>
    number > count - 2 && count > 5 ? "running" : number % 11 === 5 ? "failed" : "succeeded";
  const isPoly = (number: number) => number % 3 === 0;
  const ended = (number: number) => stateOf(number) !== "running";
  return {
    trial_id: trialId,
    position: 1_000,
    proposed: count,
    number: numbers,
    state: numbers.map(stateOf),
    loss: numbers.map((n) => (stateOf(n) === "succeeded" ? 0.02 + wave(n, 12.9898) / Math.sqrt(n) : null)),
    origin: numbers.map(() => "optimizer"),
    attempt: numbers.map(() => 1),
    worker: numbers.map((n) => n % 2),
    slot: numbers.map((n) => n % 4),
    proposed_at: numbers.map((n) => NOW - 600 + n),
    started_at: numbers.map((n) => NOW - 599 + n),
    finished_at: numbers.map((n) => (ended(n) ? NOW - 590 + n : null)),
    reason: numbers.map((n) => (stateOf(n) === "failed" ? "exit-code" : "")),
    retracted: numbers.map(() => false),
    workers: ["ant-1", "bee-1"],
    params: {
      C: numbers.map((n) => 10 ** (4 * wave(n, 3.1) - 2)),
      gamma: numbers.map((n) => 10 ** (4 * wave(n, 7.7) - 4)),
      kernel: numbers.map((n) => (isPoly(n) ? "poly" : "rbf")),
      degree: numbers.map((n) => (isPoly(n) ? 2 + (n % 4) : null)),
    },
    metrics: { accuracy: numbers.map((n) => (stateOf(n) === "succeeded" ? 1 - wave(n, 12.9898) / 2 : null)) },
  };
}

/** A sentence of a story, after so many seconds. */
export function sentence(position: number, text: string, changes: Partial<WhySentence> = {}): WhySentence {
  const at = NOW + position;
  return { position, at, event_id: `event-${position}`, type: "job.claimed.v1", text, because: null, events: 1, ...changes };
}

export const story = (...items: WhySentence[]): Why => ({ items, whole: true, position: 2_000 });

/** An event of the feed: its type and data, and where it stands. */
export function event<T extends RecordedEvent["type"]>(
  type: T,
  data: Extract<RecordedEvent, { type: T }>["data"],
  position = 2_000,
  changes: Partial<RecordedEvent> = {},
): EventFrame {
  return {
    kind: "event",
    position,
    recorded_at: NOW,
    event_id: `event-${position}`,
    stream: "trial-digits-k3x9aa",
    occurred_at: NOW,
    producer: "supervisor-1",
    causation_id: null,
    correlation_id: null,
    actor: null,
    type,
    data,
    ...changes,
  } as EventFrame;
}
