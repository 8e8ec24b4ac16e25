import { expect, it } from "vitest";

import * as samples from "../../testing/samples";
import { jobsOf } from "../../testing/showAnalysis";
import { summaryOf } from "./summary";

it("sums up what the jobs of a trial took and why they failed", () => {
  const { table } = jobsOf(samples.columns(40));
  const summary = summaryOf(table);
  expect(summary.timed).toBe(38); // two run
  expect(summary.seconds).toBeCloseTo(38 * 9);
  expect(summary.begun).toHaveLength(2);
  // 5, 16, 27 and 38 failed; 38 is the newest
  expect(summary.failures).toEqual([{ reason: "exit-code", count: 4, row: 37 }]);
  expect(summary.recent.at(-1)?.finishedAt).toBe(samples.NOW - 590 + 38);
});
