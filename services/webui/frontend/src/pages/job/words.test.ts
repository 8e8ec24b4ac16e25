// What is said of jobs, by pure functions: times, facts, curves, waits, reasons.
import { describe, expect, it } from "vitest";

import * as samples from "../../testing/samples";
import { curvesOf, withReports } from "./curves";
import { factsOf } from "./facts";
import { jobIdOf, numberOf, trialIdOf } from "./ident";
import { lossWords, remedyOf, stopWords } from "./reasons";
import { runTime, segmentsOf, totals } from "./phases";
import { whyWaiting } from "./waiting";

const { NOW } = samples;
const attempt = (changes: object) => ({ ...samples.job().attempts[0], ...changes }) as ReturnType<typeof samples.job>["attempts"][number];

describe("ids", () => {
  it("name their trial and their number", () => {
    expect(trialIdOf("a.b-1.12")).toBe("a.b-1");
    expect(numberOf("a.b-1.12")).toBe(12);
    expect(jobIdOf("a", 3)).toBe("a.3");
  });
});

describe("timings", () => {
  it("are waiting, starting and running, without gaps", () => {
    expect(totals(segmentsOf(samples.job(), NOW))).toEqual([
      ["waited", 9],
      ["starting", 1],
      ["ran", 20],
    ]);
  });

  it("name what was lost, and the waiting for the next attempt", () => {
    const attempts = [
      attempt({ attempt: 1, claimed_at: NOW - 90, started_at: NOW - 80, ended_at: NOW - 50, lost: "silent" }),
      attempt({ attempt: 2, claimed_at: NOW - 30, started_at: NOW - 20, ended_at: null }),
    ];
    const job = samples.job({ state: "running", proposed_at: NOW - 100, finished_at: null, attempt: 2, attempts });
    expect(segmentsOf(job, NOW).map(({ phase, from, to }) => [phase, to - from])).toEqual([
      ["waited", 10],
      ["starting", 10],
      ["lost", 30],
      ["waited", 20],
      ["starting", 10],
      ["ran", 20],
    ]);
    expect(runTime(job, NOW)).toBe(20);
  });

  it("are waiting alone where nothing began", () => {
    const job = samples.job({ state: "pending", proposed_at: NOW - 5, finished_at: null, attempt: 0, attempts: [] });
    expect(totals(segmentsOf(job, NOW))).toEqual([["waited", 5]]);
    expect(runTime(job, NOW)).toBeNull();
  });

  it("bear clocks of hosts that do not agree", () => {
    const job = samples.job({ attempts: [attempt({ claimed_at: NOW - 500, started_at: NOW - 499, ended_at: NOW })] });
    expect(segmentsOf(job, NOW).every(({ from, to }) => to > from)).toBe(true);
    expect(totals(segmentsOf(job, NOW)).reduce((sum, [, seconds]) => sum + seconds, 0)).toBe(30);
  });
});

describe("facts of a runner", () => {
  it("come in words and in order, unknown ones by their own names", () => {
    const runner = { image_digest: "sha256:aa", host: "ant", container: "hyperdock-x", pid: 12345 };
    const exit = { exit_code: 137, out_of_memory: true, seconds: 61, peak_memory: 104_857_600, warnings: [], odd_thing: 3 };
    expect(factsOf(runner, exit).map(({ name, value }) => [name, value])).toEqual([
      ["Host", "ant"],
      ["Process", "12345"],
      ["Container", "hyperdock-x"],
      ["Image digest", "sha256:aa"],
      ["Exit code", "137 (SIGKILL)"],
      ["Out of memory", "yes"],
      ["Target ran for", "1 min 1 s"],
      ["Peak memory", "105 MB"],
      ["odd thing", "3"],
    ]);
  });

  it("are none where the runner said nothing", () => {
    expect(factsOf(null, { exit_code: null, out_of_memory: false })).toEqual([]);
  });
});

describe("curves", () => {
  const report = (step: number, values: Record<string, number>, attempt = 1) => ({ step, values, at: NOW, attempt });

  it("are one a name, the loss first, of the newest attempt", () => {
    const curves = curvesOf([
      report(1, { accuracy: 0.1, loss: 9 }),
      report(2, { accuracy: 0.3, loss: 2 }, 2),
      report(1, { accuracy: 0.2, loss: 3 }, 2),
    ]);
    expect(curves).toEqual([
      { name: "loss", points: [{ x: 1, y: 3 }, { x: 2, y: 2 }] },
      { name: "accuracy", points: [{ x: 1, y: 0.2 }, { x: 2, y: 0.3 }] },
    ]);
  });

  it("grow by what is told, and double nothing", () => {
    const told = (step: number, loss: number) =>
      samples.event("job.metric_reported.v1", {
        trial_id: "t",
        job_id: "t.1",
        attempt: 1,
        worker_id: "ant-1",
        step,
        values: { loss },
      });
    const known = [report(1, { loss: 3 })];
    expect(withReports(known, [told(1, 3), told(2, 2)])).toHaveLength(2);
    expect(withReports(known, [])).toBe(known);
  });
});

describe("why a job waits", () => {
  const busy = samples.worker({ slots: 1 });
  it.each([
    ["The trial is paused.", samples.trial({ state: "paused" }), [busy]],
    ["The trial is stopping.", samples.trial({ state: "stopping" }), [busy]],
    ["It waits for your own program.", samples.trial({ external: true }), []],
    ["There is no worker in the pool default.", samples.trial(), [samples.worker({ pool: "gpu" })]],
    ["There is no worker in the pool default.", samples.trial(), [samples.worker({ state: "lost" })]],
    ["All workers of the pool default are draining.", samples.trial(), [samples.worker({ draining: true })]],
    ["No slot is free: 1 job on 1 slot of the pool default.", samples.trial(), [busy]],
    ["A worker is about to take it.", samples.trial(), [samples.worker()]],
    ["It waits for a free slot.", undefined, undefined],
  ])("says: %s", (why, trial, workers) => {
    expect(whyWaiting(trial, workers).why).toBe(why);
  });
});

describe("reasons", () => {
  it.each([
    "exit_code",
    "no_loss",
    "empty_loss",
    "malformed_loss",
    "non_finite_loss",
    "reported_fail",
    "timeout",
    "out_of_memory",
    "disk_limit",
    "image_unavailable",
    "cannot_start",
    "attempts_exhausted",
  ])("have a remedy: %s", (reason) => {
    expect(remedyOf(reason).title).not.toMatch(/The job failed:/);
    expect(remedyOf(reason).todo).not.toBe("");
  });

  it("that nobody knows are shown by their own name", () => {
    expect(remedyOf("new_reason").title).toBe("The job failed: new reason");
    expect(stopWords("new_reason")).toBe("The reason given is: new reason.");
    expect(lossWords("something else")).toBe("");
  });

  it("of stops and of lost attempts are sentences", () => {
    expect(stopWords("user")).toBe("Somebody stopped it.");
    expect(stopWords("wall_time")).toBe("The trial's time was up.");
    expect(lossWords("its worker was silent for too long")).toMatch(/No heartbeat/);
  });
});
