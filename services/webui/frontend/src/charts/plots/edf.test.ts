import { describe, expect, it } from "vitest";

import { inputOf, LOOK, seriesOf, withLosses } from "../testing";
import { distribution, edfLabel, edfOption, ranked } from "./edf";

const input = inputOf(withLosses([4, 1, null, 3, 2]));

describe("the distribution", () => {
  it("rises by one job at every loss, from the best one on", () => {
    expect(seriesOf(edfOption(input, LOOK, "all"), "all").data).toEqual([
      [1, 0.25],
      [2, 0.5],
      [3, 0.75],
      [4, 1],
    ]);
  });

  it("begins at the highest loss where that is the best", () => {
    expect([...ranked({ ...input, objective: "maximize" }, input.rows)]).toEqual([4, 3, 2, 1]);
  });

  it("shows the filtered jobs beside all of them", () => {
    const option = edfOption({ ...input, rows: [1, 3] }, LOOK, "all");
    expect(seriesOf(option, "shown").data).toEqual([
      [1, 0.5],
      [3, 1],
    ]);
    expect(seriesOf(option, "all").data).toHaveLength(4);
  });

  it("stands on the line with the picked jobs", () => {
    const option = edfOption({ ...input, selected: new Set([2, 3]) }, LOOK, "all");
    expect(seriesOf(option, "picked0").data).toEqual([[3, 0.75, 3]]);
  });

  it("has no more points than a screen shows, and both ends", () => {
    const line = distribution(Float64Array.from({ length: 100_000 }, (_, i) => i));
    expect(line.length).toBeLessThanOrEqual(802);
    expect(line[0]).toEqual([0, 1 / 100_000]);
    expect(line.at(-1)).toEqual([99_999, 1]);
  });

  it("says the middle in words", () => {
    expect(edfLabel(input)).toContain("4 jobs: half of them are at least as good as 2");
    expect(edfLabel({ ...input, rows: [] })).toContain("No job has a loss yet");
  });
});
