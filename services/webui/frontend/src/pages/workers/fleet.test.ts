import { describe, expect, it } from "vitest";

import * as samples from "../../testing/samples";
import { choose, isLate, slotsOf, standing, totals } from "./fleet";

const { NOW } = samples;
const run = (slot: number) => ({ trial_id: "digits-k3x9aa", attempt: 1, slot, since: NOW - 10 });
const ANY = { text: "", pool: "", standing: "", gone: false, chosen: "" };

describe("fleet", () => {
  it("counts only workers that are there, and losses of the last day", () => {
    const workers = [
      samples.worker({ gpus: 2 }),
      samples.worker({ worker_id: "bee-1", draining: true, slots: 2, running: {} }),
      samples.worker({ worker_id: "old", state: "left", slots: 90, gpus: 9 }),
      samples.worker({ worker_id: "l1", state: "lost" }),
      samples.worker({ worker_id: "l2", state: "lost", updated_at: NOW - 90_000 }),
    ];
    expect(totals(workers, NOW)).toEqual({ alive: 2, draining: 1, lost: 1, slots: 6, busy: 1, gpus: 2 });
  });

  it("puts runs into their slots, and shows those that have no slot of their own", () => {
    const worker = samples.worker({ slots: 2, running: { a: run(1), b: run(1), c: run(7) } });
    expect(slotsOf(worker).map((each) => each?.jobId)).toEqual([undefined, "a", "b", "c"]);
  });

  it("calls a worker late that is alive and has been silent for more than 15 s", () => {
    expect(isLate(samples.worker({ last_seen: NOW - 15 }), NOW)).toBe(false);
    expect(isLate(samples.worker({ last_seen: NOW - 16 }), NOW)).toBe(true);
    expect(isLate(samples.worker({ last_seen: NOW - 16, state: "left" }), NOW)).toBe(false);
  });

  it("sorts by how they stand, then by host as people count", () => {
    const named = [
      samples.worker({ worker_id: "aaa", host: "aaa", state: "lost" }),
      samples.worker({ worker_id: "ant-10", host: "ant-10" }),
      samples.worker({ worker_id: "ant-9", host: "ant-9", draining: true }),
    ];
    expect(named.map(standing)).toEqual(["lost", "alive", "draining"]);
    expect(choose(named, ANY, NOW).map((each) => each.worker_id)).toEqual(["ant-9", "ant-10", "aaa"]);
  });

  it("folds away those that are gone, unless they are wanted", () => {
    const workers = [samples.worker(), samples.worker({ worker_id: "old", state: "left" })];
    const ids = (wanted: Partial<typeof ANY>) =>
      choose(workers, { ...ANY, ...wanted }, NOW).map((each) => each.worker_id);
    expect(ids({})).toEqual(["ant-1"]);
    expect(ids({ gone: true })).toEqual(["ant-1", "old"]);
    expect(ids({ standing: "left" })).toEqual(["old"]);
    expect(ids({ chosen: "old" })).toEqual(["ant-1", "old"]);
  });
});
