import { expect, it } from "vitest";

import { inputOf, LOOK, seriesOf, withLosses } from "../testing";
import { bars, histogramData, histogramLabel, histogramOption, histogramScale, type Bar } from "./histogram";

const input = inputOf(withLosses([1, 1, 2, 9, null]));

it("counts every loss once", () => {
  const found = bars(input, "loss", histogramScale(input, "loss", "all"));
  expect(found.reduce((sum, [, , count]) => sum + count, 0)).toBe(4);
  const first = found.find(([from, to]) => from <= 1 && 1 < to);
  expect(first?.[2]).toBe(2);
  expect(
    found.every(([, to], i) => i === found.length - 1 || Math.abs(to - (found[i + 1]?.[0] ?? 0)) < 1e-9),
  ).toBe(true);
});

it("shows the filtered jobs in front of all of them, on the same scale", () => {
  const some = { ...input, rows: [3] };
  const option = histogramOption(some, LOOK, "loss", "all");
  const sum = (id: string) => (seriesOf(option, id).data as Bar[]).reduce((total, [, , count]) => total + count, 0);
  expect([sum("all"), sum("shown")]).toEqual([4, 1]);
  expect(histogramScale(some, "loss", "all")).toEqual(histogramScale(input, "loss", "all"));
});

it("marks the picked jobs", () => {
  const option = histogramOption({ ...input, selected: new Set([2, 4]) }, LOOK, "loss", "all");
  expect(seriesOf(option, "picked")["markLine"]).toMatchObject({ data: [{ xAxis: 2 }] });
});

it("counts durations from zero on", () => {
  const scale = histogramScale(input, "seconds", "all");
  expect(scale).toMatchObject({ column: "seconds", low: 0 });
  expect(bars(input, "seconds", scale).reduce((sum, [, , count]) => sum + count, 0)).toBe(5);
  expect(histogramLabel(input, "seconds")).toBe("Histogram of the durations of 5 jobs; the median is 5.0 s.");
});

it("says the median, or that there is none", () => {
  expect(histogramLabel(input, "loss")).toBe("Histogram of the losses of 4 jobs; the median is 1.");
  expect(histogramLabel({ ...input, rows: [] }, "loss")).toContain("No job has ended yet");
  expect([...histogramData(input, "loss", "all")().rows]).toHaveLength(40);
});
