import { describe, expect, it } from "vitest";

import * as samples from "../../testing/samples";
import { about, ended, progressOf, secondsLeft } from "./estimate";
import type { Summary } from "./summary";

const NOW = samples.NOW;

/** Jobs of 10 s that ended every `every` seconds. */
const paced = (count: number, every: number): Summary => ({
  seconds: 10 * count,
  timed: count,
  begun: [],
  failures: [],
  recent: Array.from({ length: count }, (_, i) => ({ startedAt: NOW + i * every - 10, finishedAt: NOW + i * every })),
});

const trial = (changes: Partial<ReturnType<typeof samples.trial>> = {}) => samples.trial(changes);

describe("the estimate", () => {
  it("multiplies what is left of the budget by the pace of the last ends", () => {
    expect(secondsLeft(trial(), paced(9, 5), NOW)).toBeCloseTo((30 - 10) * 5);
  });

  it("does not take a pause for the pace", () => {
    const summary = paced(9, 5);
    summary.recent = summary.recent.map(({ startedAt, finishedAt }, at) => {
      const later = at < 5 ? 0 : 3_600;
      return { startedAt: startedAt + later, finishedAt: finishedAt + later };
    });
    expect(secondsLeft(trial(), summary, NOW)).toBeCloseTo(100);
  });

  it("is shorter as soon as many more jobs run at once", () => {
    const jobs = { ...samples.trial().jobs, running: 8 };
    expect(secondsLeft(trial({ jobs }), paced(9, 5), NOW)).toBeCloseTo((20 * 10) / 8);
  });

  it("goes no further than the wall time", () => {
    const budget = { jobs: 30, wall_time: 600, target_loss: null, max_failures: null };
    expect(secondsLeft(trial({ budget }), paced(9, 5), NOW)).toBeCloseTo(10);
  });

  it("says nothing before a few jobs have ended, and of a trial that is paused", () => {
    expect(secondsLeft(trial(), paced(3, 5), NOW)).toBeNull();
    expect(secondsLeft(trial({ state: "paused" }), paced(9, 5), NOW)).toBeNull();
    expect(secondsLeft(trial(), undefined, NOW)).toBeNull();
  });

  it("does not count imported results as used budget", () => {
    const jobs = { ...samples.trial().jobs, imported: 4 };
    expect(ended(trial({ jobs }))).toBe(6);
  });

  it("follows whatever bound is nearer", () => {
    const budget = { jobs: 30, wall_time: 1_000, target_loss: null, max_failures: null };
    expect(progressOf(trial({ budget }), NOW)).toEqual({ done: 0.59, of: "time" });
    expect(progressOf(trial(), NOW)?.of).toBe("jobs");
    expect(progressOf(trial({ budget: { ...budget, jobs: null, wall_time: null } }), NOW)).toBeNull();
  });

  it("is said in one unit", () => {
    expect([4, 48, 700, 9_000, 300_000].map(about)).toEqual([
      "a few seconds",
      "about 50 s",
      "about 12 min",
      "about 3 h",
      "about 3 d",
    ]);
  });
});
