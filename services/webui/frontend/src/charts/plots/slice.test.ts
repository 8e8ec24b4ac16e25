import { describe, expect, it } from "vitest";

import { inputOf, LOOK, seriesOf, withLosses } from "../testing";
import { sliceData, sliceHeight, sliceLabel, sliceOption, SLICE_HEIGHT } from "./slice";

const columns = withLosses([3, 1, 2]);
columns.params = {
  C: [0.1, 1, 10],
  gamma: [0.001, 0.01, 0.1],
  kernel: ["rbf", "poly", "rbf"],
  degree: [null, 3, null],
};
const input = inputOf(columns);
const view = { parameters: input.parameters, across: 2, width: 800, loss: "all" } as const;

describe("slices", () => {
  it("draws the loss against each parameter", () => {
    const option = sliceOption(input, LOOK, view);
    expect(seriesOf(option, "jobs0").data).toEqual([
      [0.1, 3, 0],
      [1, 1, 1],
      [10, 2, 2],
    ]);
    expect(seriesOf(option, "best1").data).toEqual([[0.01, 1, 1]]);
  });

  it("draws a conditional parameter only of jobs that have it", () => {
    expect(seriesOf(sliceOption(input, LOOK, view), "jobs3").data).toEqual([[3, 1, 1]]);
  });

  it("spreads jobs of a category around its place", () => {
    const data = seriesOf(sliceOption(input, LOOK, view), "jobs2").data as [number, number, number][];
    expect(data.map(([x]) => Math.round(x))).toEqual([0, 1, 0]);
    expect(data[0]?.[0]).not.toBe(data[2]?.[0]);
  });

  it("takes as many lines as it needs, each slice at its place", () => {
    expect(sliceHeight(view)).toBe(2 * SLICE_HEIGHT);
    const grids = sliceOption(input, LOOK, view).grid as { left: number; top: number }[];
    expect(grids).toHaveLength(4);
    expect(grids[1]?.left).toBeGreaterThan(grids[0]?.left ?? 0);
    expect(grids[2]?.top).toBeGreaterThan(grids[0]?.top ?? 0);
    expect(
      (sliceOption(input, LOOK, view).xAxis as { type: string }[]).map(({ type }) => type),
    ).toEqual(["log", "log", "value", "value"]);
  });

  it("says what the best job has, and gives all numbers", () => {
    expect(sliceLabel(input, view)).toContain("The best has C 1, gamma 0.01, kernel poly, degree 3.");
    const { columns: names, rows } = sliceData(input, view)();
    expect(names).toEqual(["job", "loss", "C", "gamma", "kernel", "degree"]);
    expect([...rows][1]).toEqual([2, 1, 1, 0.01, "poly", 3]);
  });
});
