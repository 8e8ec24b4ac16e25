import { describe, expect, it } from "vitest";

import { ApiProblem } from "../../api/problem";
import type { ListedTrial } from "../../api/types";
import { fakeClient } from "../../testing/fakeClient";
import { listedTrial } from "../../testing/samples";
import { ACTIONS, actOn, type ActionName } from "./actions";
import { endedJobs, piecesOf, secondsTaken } from "./shares";

const possible = (changes: Partial<ListedTrial>): string[] =>
  (Object.keys(ACTIONS) as ActionName[]).filter((name) => ACTIONS[name].applies(listedTrial(changes)));

describe("what can be done with a trial", () => {
  it.each([
    ["running", ["stop", "pause"]],
    ["paused", ["stop", "resume"]],
    ["stopping", []],
    ["completed", ["archive"]],
    ["failed", ["archive"]],
  ] as const)("that is %s", (state, names) => {
    expect(possible({ state })).toEqual(names);
  });

  it("that is archived is to take it out again", () => {
    expect(possible({ state: "stopped", archived: true })).toEqual(["unarchive"]);
  });
});

describe("doing it with many trials", () => {
  const trials = ["a", "b", "c"].map((trial_id) => listedTrial({ trial_id }));

  it("does it with each of them once", async () => {
    const client = fakeClient();
    await actOn(client, ACTIONS.unarchive, trials);
    expect(client.calls).toEqual(["a", "b", "c"].map((id) => ["change", id, { archived: false }]));
  });

  it("goes on after one that fails, and says in the end how many did", async () => {
    const client = fakeClient();
    client.fail("pauseTrial", new ApiProblem(409, "it has ended"));
    await expect(actOn(client, ACTIONS.pause, trials)).rejects.toThrow("Of 3 trials 3 refused: it has ended");
    expect(client.calls).toHaveLength(3);
  });

  it("says of one trial only what was wrong", async () => {
    const client = fakeClient();
    client.fail("stopTrial", new ApiProblem(409, "it has ended"));
    await expect(actOn(client, ACTIONS.stop, trials.slice(0, 1))).rejects.toThrow(/^it has ended$/);
  });
});

describe("how far a trial is", () => {
  const jobs = { ...listedTrial().jobs, proposed: 12, succeeded: 6, failed: 3, pruned: 0, cancelled: 0, running: 3 };

  it("is parts of the jobs that it may have", () => {
    const trial = listedTrial({ jobs });
    expect(endedJobs(trial)).toBe(9);
    expect(piecesOf(trial).map(({ kind, width }) => [kind, width])).toEqual([
      ["succeeded", 20],
      ["failed", 10],
      ["running", 10],
    ]);
  });

  it("never is more than the whole, also where points were added beyond the budget", () => {
    const budget = { ...listedTrial().budget, jobs: 10 };
    const widths = piecesOf(listedTrial({ jobs, budget })).map(({ width }) => width);
    expect(widths.reduce((sum, each) => sum + each, 0)).toBeCloseTo(100);
  });

  it("has no parts without a number of jobs", () => {
    expect(piecesOf(listedTrial({ budget: { ...listedTrial().budget, jobs: null } }))).toEqual([]);
  });

  it("is the time from the first job to the end, or to now", () => {
    expect(secondsTaken(listedTrial({ started_at: 100, finished_at: 160 }), 999)).toBe(60);
    expect(secondsTaken(listedTrial({ started_at: 100, finished_at: null }), 999)).toBe(899);
    expect(secondsTaken(listedTrial({ started_at: null }), 999)).toBeNull();
  });
});
