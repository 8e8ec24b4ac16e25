import { describe, expect, it } from "vitest";

import type { RecordedEvent } from "../../api/types";
import * as samples from "../../testing/samples";
import { pieces, sentence } from "./wording";
import { typesOf, typeName } from "./wanted";

const T = "digits-k3x9aa";
const of = { trial_id: T, job_id: `${T}.12` };
const by = { actor: "ana" };
const worker = { worker_id: "ant-1" };
const ended = { ...of, attempt: 1, worker_id: "ant-1", metrics: {}, graphs: [], runner: {} };

const SAID: [RecordedEvent, string][] = [
  [samples.event("trial.submitted.v1", { trial_id: T, spec: {}, forked_from: null, paused: false }, 1, by), "trial digits was submitted by ana"],
  [samples.event("trial.paused.v1", { trial_id: T }, 1, by), "trial digits was paused by ana"],
  [samples.event("trial.resumed.v1", { trial_id: T }), "trial digits was resumed"],
  [
    samples.event("trial.stop_requested.v1", { trial_id: T, end: "stopped", reason: "user", message: "" }, 1, by),
    "trial digits is to end as stopped by ana",
  ],
  [
    samples.event("trial.stop_requested.v1", { trial_id: T, end: "completed", reason: "target_loss", message: "" }),
    "trial digits is to end as completed (target loss)",
  ],
  [
    samples.event("trial.finished.v1", {
      trial_id: T, end: "failed", reason: "hopeless", message: "ten jobs have failed",
    }),
    "trial digits ended as failed: ten jobs have failed",
  ],
  [
    samples.event("trial.changed.v1", {
      trial_id: T, budget: { jobs: 50, wall_time: null }, parallelism: 4, priority: null,
    }),
    "trial digits goes on with another budget (jobs 50), parallelism 4",
  ],
  [
    samples.event("trial.annotated.v1", { trial_id: T, notes: "x", tags: ["a", "b"] }, 1, by),
    "trial digits got other notes and tags (a, b) by ana",
  ],
  [samples.event("trial.archived.v1", { trial_id: T, archived: true }), "trial digits was archived"],
  [samples.event("trial.archived.v1", { trial_id: T, archived: false }), "trial digits was taken out of the archive"],
  [
    samples.event("trial.points_added.v1", {
      trial_id: T,
      points: [{ point_id: "p", params: { C: 1 }, loss: null, metrics: {}, retry_of: null }],
    }),
    "1 point was added to trial digits",
  ],
  [
    samples.event("job.proposed.v1", {
      ...of,
      number: 12,
      params: { C: 1.5, kernel: "rbf" },
      versions: {},
      origin: "optimizer",
      point_id: null,
      retry_of: null,
    }),
    "job 12 of digits was proposed: C 1.5, kernel rbf",
  ],
  [
    samples.event("job.proposed.v1", {
      ...of,
      number: 12,
      params: { C: 1 },
      versions: {},
      origin: "retry",
      point_id: "p",
      retry_of: `${T}.3`,
    }),
    "job 12 of digits was proposed to run job 3 again: C 1",
  ],
  [
    samples.event("job.claimed.v1", { ...of, ...worker, attempt: 1, slot: 0 }),
    "job 12 of digits: claimed by ant-1, slot 1",
  ],
  [
    samples.event("job.started.v1", { ...of, ...worker, attempt: 2, runner: {} }),
    "job 12 of digits: attempt 2 started on ant-1",
  ],
  [
    samples.event("job.metric_reported.v1", { ...of, ...worker, attempt: 1, step: 4, values: { loss: 0.25 } }),
    "job 12 of digits reported loss 0.25 at step 4",
  ],
  [
    samples.event("job.finished.v1", { ...ended, outcome: { kind: "succeeded", loss: 0.0213 } }),
    "job 12 of digits succeeded with loss 0.0213 on ant-1",
  ],
  [
    samples.event("job.finished.v1", {
      ...ended, outcome: { kind: "failed", reason: "exit_code", message: "it ended with 3" },
    }),
    "job 12 of digits failed: exit code, it ended with 3 on ant-1",
  ],
  [
    samples.event("job.finished.v1", { ...ended, outcome: { kind: "pruned", step: 5 } }),
    "job 12 of digits was pruned at step 5 on ant-1",
  ],
  [
    samples.event("job.finished.v1", {
      ...ended, worker_id: null, outcome: { kind: "cancelled", reason: "wall_time" },
    }),
    "job 12 of digits was cancelled (wall time)",
  ],
  [
    samples.event("job.attempt_lost.v1", { ...of, ...worker, attempt: 1, reason: "lease_expired" }),
    "job 12 of digits: attempt 1 was lost on ant-1 (lease expired)",
  ],
  [samples.event("job.stop_requested.v1", { ...of, reason: "user" }, 1, by), "job 12 of digits is to stop by ana"],
  [
    samples.event("job.retracted.v1", { ...of, reason: "wrong data" }, 1, by),
    "the result of job 12 of digits was retracted: wrong data by ana",
  ],
  [
    samples.event("worker.registered.v1", {
      ...worker,
      host: "ant",
      pool: "gpu",
      slots: 4,
      runtimes: ["docker"],
      version: "0.1.0",
      gpus: 1,
      attempts: [],
    }),
    "worker ant-1 began on ant in pool gpu with 4 slots and 1 GPU",
  ],
  [samples.event("worker.left.v1", worker), "worker ant-1 left"],
  [samples.event("worker.lost.v1", { ...worker, reason: "no heartbeat" }), "worker ant-1 was lost (no heartbeat)"],
  [
    samples.event("worker.drain_set.v1", { ...worker, draining: true }, 1, by),
    "worker ant-1 is drained: it takes no more jobs by ana",
  ],
  [samples.event("worker.drain_set.v1", { ...worker, draining: false }), "worker ant-1 takes jobs again"],
];

describe("sentence", () => {
  it.each(SAID)("says $type", (event, said) => {
    expect(sentence(event)).toBe(said);
  });

  it("has words for every type", () => {
    expect(new Set(SAID.map(([event]) => typeName(event)))).toEqual(new Set(typesOf("")));
  });

  it("leads to the trial, the job and the worker", () => {
    const links = pieces(samples.event("job.started.v1", { ...of, ...worker, attempt: 1, runner: {} })).filter(
      (each) => typeof each !== "string",
    );
    expect(links).toEqual([
      { text: "job 12", to: "/job/digits-k3x9aa.12" },
      { text: "digits", to: "/trial/digits-k3x9aa" },
      { text: "ant-1", to: "/workers?worker=ant-1" },
    ]);
  });

  it("says of an event that it does not know whose it is", () => {
    const strange = { ...samples.event("worker.left.v1", worker), type: "worker.moved.v1" } as unknown as RecordedEvent;
    expect(sentence(strange)).toBe("worker.moved.v1, which only a later release knows");
  });
});
