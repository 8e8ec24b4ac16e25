import { describe, expect, it } from "vitest";

import { inputOf, LOOK, seriesOf, withLosses } from "../testing";
import { bestSoFar, historyData, historyLabel, historyOption, historyScales } from "./history";

const VIEW = { by: "number", loss: "all" } as const;
const columns = withLosses([5, 3, null, 4, 1, 2], {
  state: ["succeeded", "succeeded", "failed", "succeeded", "succeeded", "succeeded"],
});

describe("best so far", () => {
  it("changes where a job is better, and goes on to the newest", () => {
    expect(bestSoFar(inputOf(columns), "number")).toEqual([
      [1, 5, 0],
      [2, 3, 1],
      [5, 1, 4],
      [6, 1, 4],
    ]);
  });

  it("looks for the highest where that is asked for", () => {
    expect(bestSoFar(inputOf(columns, { objective: "maximize" }), "number")).toEqual([
      [1, 5, 0],
      [6, 5, 0],
    ]);
  });

  it("does without a retracted result", () => {
    const retracted = { ...columns, retracted: [false, false, false, false, true, false] };
    expect(bestSoFar(inputOf(retracted), "number").at(-1)).toEqual([6, 2, 5]);
  });

  it("goes by the moments at which jobs ended", () => {
    const late = { ...columns, finished_at: [60, 50, 40, 30, 20, 10] };
    expect(bestSoFar(inputOf(late), "time")).toEqual([
      [10_000, 2, 5],
      [20_000, 1, 4],
      [60_000, 1, 4],
    ]);
  });
});

describe("the option", () => {
  it("has a point for every loss, and a mark at the bad edge for a job without one", () => {
    const option = historyOption(inputOf(columns), LOOK, VIEW);
    expect(seriesOf(option, "succeeded").data).toEqual([
      [1, 5, 0],
      [2, 3, 1],
      [4, 4, 3],
      [5, 1, 4],
      [6, 2, 5],
    ]);
    const { y } = historyScales(inputOf(columns), VIEW);
    expect(seriesOf(option, "failed").data).toEqual([[3, y.high, 2]]);
    const other = inputOf(columns, { objective: "maximize" });
    expect(
      seriesOf(historyOption(other, LOOK, VIEW), "failed").data,
    ).toEqual([[3, historyScales(other, VIEW).y.low, 2]]);
  });

  it("leaves out what is filtered, and keeps the scales", () => {
    const [all, some] = [inputOf(columns), inputOf(columns, { rows: [1, 3] })];
    const option = historyOption(some, LOOK, VIEW);
    expect(seriesOf(option, "succeeded").data).toHaveLength(2);
    expect(historyScales(some, VIEW)).toEqual(historyScales(all, VIEW));
  });

  it("rings the picked jobs", () => {
    const option = historyOption(inputOf(columns, { selected: new Set([4]) }), LOOK, VIEW);
    expect(seriesOf(option, "picked0").data).toEqual([[5, 1, 4]]);
  });

  it("draws the target loss as a line", () => {
    const option = historyOption(inputOf(columns, { targetLoss: 0.5 }), LOOK, VIEW);
    expect(seriesOf(option, "best")["markLine"]).toMatchObject({ data: [{ yAxis: 0.5 }] });
  });

  it("says of a job that is pointed at what it is", () => {
    const { tooltip } = historyOption(inputOf(columns), LOOK, VIEW);
    const text = (tooltip as { formatter: (what: unknown) => string }).formatter({ value: [5, 1, 4] });
    expect(text).toContain("Job 5 · succeeded");
    expect(text).toContain("loss  1");
    expect(text).toContain("kernel  rbf");
  });
});

it("says the best in words, and gives its numbers", () => {
  expect(historyLabel(inputOf(columns))).toBe("Optimization history of 6 jobs. The best loss is 1, of job 5.");
  expect(historyLabel(inputOf(withLosses([null])))).toContain("None has a loss yet");
  const rows = [...historyData(inputOf(columns))().rows];
  expect(rows.map(([job, , loss, best]) => [job, loss, best])).toEqual([
    [1, 5, 5],
    [2, 3, 3],
    [3, NaN, 3],
    [4, 4, 3],
    [5, 1, 1],
    [6, 2, 1],
  ]);
});
