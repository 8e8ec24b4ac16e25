import { describe, expect, it } from "vitest";

import type { EventFrame } from "../api/types";
import { parametersOf } from "../space/outline";
import { chance } from "../testing/chance";
import { history } from "../testing/history";
import { event, NOW, spec } from "../testing/samples";
import { columnsOf } from "./filters";
import { fold } from "./fold";
import { JobTable, MOST_METRICS } from "./table";

const TRIAL = "digits-k3x9aa";
const JOB = { trial_id: TRIAL, job_id: `${TRIAL}.1` };
const HELD = { ...JOB, attempt: 1, worker_id: "ant-1" };
const empty = () => new JobTable(TRIAL, parametersOf(spec().space), 2);

const proposed = (position = 1, number = 1, params: Record<string, unknown> = { C: 2, gamma: 0.5, kernel: "rbf" }) =>
  event("job.proposed.v1", { trial_id: TRIAL, job_id: `${TRIAL}.${number}`, number, params, versions: {}, origin: "enqueued", point_id: null, retry_of: null }, position);
const claimed = (position: number, attempt = 1) =>
  event("job.claimed.v1", { ...HELD, attempt, worker_id: `ant-${attempt}`, slot: 3 }, position);
const metric = (position: number, step: number, values: Record<string, number>) =>
  event("job.metric_reported.v1", { ...HELD, step, values }, position);
const finished = (position: number, outcome: Extract<EventFrame, { type: "job.finished.v1" }>["data"]["outcome"], metrics: Record<string, unknown> = {}, worker_id: string | null = "ant-1") =>
  event("job.finished.v1", { ...HELD, worker_id, outcome, metrics, graphs: [], runner: {} }, position);
const succeeded = (position: number, loss = 0.25) => finished(position, { kind: "succeeded", loss }, { accuracy: 0.75 });

function after(...events: EventFrame[]): JobTable {
  const table = empty();
  for (const each of events) fold(table, each);
  return table;
}

/** All that a table shows of its rows, as texts. */
const shown = (table: JobTable): Record<string, string>[] => {
  const columns = columnsOf(table);
  return Array.from({ length: table.size }, (_, row) => ({
    ...Object.fromEntries(columns.map((each) => [each.id, each.text(row)] as const).filter(([, text]) => text !== "")),
    slot: String(table.slot.get(row)),
    retracted: String(table.retracted.get(row)),
  }));
};

describe("an event of a job", () => {
  it("proposes it: a row that waits, with its params", () => {
    const table = after(proposed());
    expect(table.size).toBe(1);
    expect(table.stateOf(0)).toBe("pending");
    expect(table.originOf(0)).toBe("enqueued");
    expect(table.paramsOf(0)).toEqual([["C", 2], ["gamma", 0.5], ["kernel", "rbf"]]);
    expect(table.proposedAt.get(0)).toBe(NOW);
    expect(table.attempt.get(0)).toBe(0);
  });

  it("claims and starts it", () => {
    const table = after(proposed(), claimed(2), event("job.started.v1", { ...HELD, runner: {} }, 3));
    expect(table.stateOf(0)).toBe("running");
    expect([table.worker.label(0), table.slot.get(0), table.attempt.get(0), table.startedAt.get(0)]).toEqual(["ant-1", 3, 1, NOW]);
  });

  it("reports a value at a step, of which the newest is shown, until another attempt begins", () => {
    const table = after(proposed(), claimed(2), metric(3, 1, { loss: 0.9 }), metric(4, 2, { loss: 0.8, accuracy: 0.1 }));
    expect([table.step.get(0), table.stepLoss.get(0)]).toEqual([2, 0.8]);
    fold(table, event("job.attempt_lost.v1", { ...HELD, reason: "lease-expired" }, 5));
    expect(table.stateOf(0)).toBe("pending");
    expect([table.worker.label(0), table.slot.get(0)]).toEqual(["", NaN]);
    fold(table, claimed(6, 2));
    expect([table.attempt.get(0), table.worker.label(0), table.step.get(0)]).toEqual([2, "ant-2", NaN]);
  });

  it("ends it well: loss, metrics that are numbers, time", () => {
    const table = after(proposed(), claimed(2), finished(3, { kind: "succeeded", loss: 0.25 }, { accuracy: 0.75, ok: true, note: "x" }));
    expect([table.stateOf(0), table.loss.get(0), table.finishedAt.get(0)]).toEqual(["succeeded", 0.25, NOW]);
    expect([...table.metrics.keys()]).toEqual(["accuracy"]);
    expect(table.metrics.get("accuracy")?.get(0)).toBe(0.75);
  });

  it.each([
    [{ kind: "failed", reason: "exit-code", message: "1" }, "failed", "exit-code"],
    [{ kind: "cancelled", reason: "stopped" }, "cancelled", "stopped"],
    [{ kind: "pruned", step: 3 }, "pruned", ""],
  ] as const)("ends it without a loss: %o", (outcome, state, reason) => {
    const table = after(proposed(), claimed(2), finished(3, outcome));
    expect([table.stateOf(0), table.loss.get(0), table.reason.label(0)]).toEqual([state, NaN, reason]);
  });

  it("cancels it where no worker has it, and names none", () => {
    const table = after(proposed(), finished(2, { kind: "cancelled", reason: "stopped" }, {}, null));
    expect([table.worker.label(0), table.attempt.get(0)]).toEqual(["", 0]);
  });

  it("retracts its result", () => {
    const table = after(proposed(), claimed(2), succeeded(3), event("job.retracted.v1", { ...JOB, reason: "wrong" }, 4));
    expect([table.loss.get(0), table.retracted.get(0), table.stateOf(0)]).toEqual([NaN, 1, "succeeded"]);
  });

  it("changes nothing when it comes again, or of a job that is not here, or is of something else", () => {
    const events = [proposed(), claimed(2), metric(3, 1, { loss: 1 }), succeeded(4)];
    const table = after(...events);
    const before = shown(table);
    expect(events.map((each) => fold(table, each))).toEqual([false, false, false, false]);
    expect(fold(table, event("job.started.v1", { ...HELD, job_id: `${TRIAL}.9`, runner: {} }, 5))).toBe(false);
    expect(fold(table, event("trial.paused.v1", { trial_id: TRIAL }, 6))).toBe(false);
    expect(shown(table)).toEqual(before);
  });
});

describe("params", () => {
  it("are read where they are nested, and may be missing", () => {
    const space = { net: { "lr\\.max": { type: "float", low: 0, high: 1 } }, deep: { type: "choice", values: [null, "a"] } };
    const table = new JobTable(TRIAL, parametersOf(space));
    fold(table, proposed(1, 1, { net: { "lr.max": 0.5 }, deep: null }));
    fold(table, proposed(2, 2, {}));
    expect(table.paramsOf(1)).toEqual([]);
    expect(table.paramsOf(0)).toEqual([["net.lr\\.max", 0.5], ["deep", null]]);
  });

  it("are told apart by their types", () => {
    const table = new JobTable(TRIAL, parametersOf({ x: { type: "choice", values: [1, "1", true, [1], "[1]"] } }));
    [1, "1", true, [1], "[1]"].forEach((x, at) => fold(table, proposed(at + 1, at + 1, { x })));
    const column = columnsOf(table).find((each) => each.id === "params.x");
    expect([0, 1, 2, 3, 4].map((row) => column?.text(row))).toEqual(["1", '"1"', "true", "[1]", '"[1]"']);
    expect([0, 1, 2, 3, 4].map((row) => table.paramsOf(row)[0]?.[1])).toEqual([1, "1", true, [1], "[1]"]);
  });
});

it("keeps metrics of so many names only", () => {
  const metrics = Object.fromEntries(Array.from({ length: MOST_METRICS + 20 }, (_, i) => [`m${i}`, i]));
  const table = after(proposed(), claimed(2), finished(3, { kind: "succeeded", loss: 0 }, metrics));
  expect(table.metrics.size).toBe(MOST_METRICS);
});

it("grows as far as jobs go", () => {
  const table = empty();
  for (let number = 1; number <= 3_000; number++) fold(table, proposed(number, number, { C: number, kernel: "poly" }));
  expect([table.size, table.loaded]).toEqual([3_000, 3_000]);
  expect(table.paramsOf(2_999)).toEqual([["C", 3_000], ["kernel", "poly"]]);
  expect(table.has(3_000)).toBe(false);
});

describe("what the gateway has", () => {
  it("leaves rows as they are that are newer here, and renews the others", () => {
    const { events, columns } = history(3, 300);
    const table = empty();
    table.fill(columns(300));
    const newest = shown(table);
    table.fill(columns(100));
    expect(shown(table)).toEqual(newest);
    const older = empty();
    older.fill(columns(100));
    for (const each of events.slice(100, 150)) fold(older, each);
    older.fill(columns(300));
    expect(shown(older)).toEqual(newest);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("and what is heard make the same, in whatever pieces they come (seed %d)", (seed) => {
    const length = 400;
    const { events, columns } = history(seed, length);
    const truth = new JobTable(TRIAL, parametersOf({ C: { type: "float", low: 0, high: 1 }, kernel: { type: "choice", values: [] } }));
    truth.fill(columns(length));
    const next = chance(seed + 100);
    const table = new JobTable(TRIAL, truth.params.map((each) => each.parameter), 2);
    let heard = Math.floor(next() * length);
    const { proposed: there } = columns(heard);
    const first = Math.max(1, there - 20);
    table.fill(columns(heard, first, there));
    let below = first;
    const told: EventFrame[] = [];
    while (below > 1 || heard < length) {
      if (next() < 0.5 && heard < length) {
        const count = Math.floor(next() * 20) + 1;
        for (const each of events.slice(heard, heard + count)) {
          told.push(each);
          fold(table, each);
        }
        heard = Math.min(length, heard + count);
      } else if (below > 1) {
        const from = Math.max(1, below - Math.ceil(next() * 30));
        const seen = Math.min(length, heard + Math.floor(next() * 30)); // ahead of the feed
        const said = Math.max(heard, seen - Math.floor(next() * 10)); // and ahead of what it says
        table.fill(columns(seen, from, below - 1, said));
        for (const each of told) fold(table, each);
        below = from;
      }
    }
    expect(shown(table)).toEqual(shown(truth));
    expect(table.loaded).toBe(truth.loaded);
  });
});
