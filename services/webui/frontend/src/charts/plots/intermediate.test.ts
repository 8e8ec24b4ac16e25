import { expect, it } from "vitest";

import { inputOf, withLosses } from "../testing";
import { bestFew, curvesOf, graphsOf, newest } from "./chosen";
import { jobOfLine, metricLines, namesOf } from "./intermediate";

const input = inputOf(
  withLosses([3, 1, null, 2], { state: ["succeeded", "succeeded", "pruned", "running"] }),
);
const point = (step: number, values: Record<string, number>, attempt = 1) => ({ step, values, attempt, at: step });
const reported = [
  { row: 0, points: [point(0, { loss: 9 }), point(1, { loss: 4, accuracy: 0.5 })] },
  { row: 1, points: [point(0, { loss: 7 }), point(0, { loss: 5 }, 2), point(1, { loss: 2 }, 2)] },
  { row: 2, points: [point(0, { loss: 8 })] },
];

it("names the values, the loss first", () => {
  expect(namesOf(reported)).toEqual(["loss", "accuracy"]);
  expect(namesOf([])).toEqual([]);
});

it("draws of every job its last attempt, the best one strong and pruned ones dashed", () => {
  expect(metricLines(input, reported, "loss").lines).toEqual([
    { row: 0, name: "job 1", points: [[0, 9], [1, 4]], isStrong: false, isDashed: false },
    { row: 1, name: "job 2", points: [[0, 5], [1, 2]], isStrong: true, isDashed: false },
    { row: 2, name: "job 3 (pruned)", points: [[0, 8]], isStrong: false, isDashed: true },
  ]);
});

it("draws only the jobs that reported the value, and knows whose line was clicked on", () => {
  const lines = metricLines(input, reported, "accuracy");
  expect(lines.lines.map(({ row, points }) => [row, points])).toEqual([[0, [[1, 0.5]]]]);
  expect(jobOfLine(lines, "line0")).toBe(0);
  expect(jobOfLine(lines, "line9")).toBeUndefined();
});

it("takes the telling jobs where none is picked", () => {
  expect(bestFew(input, 2)).toEqual([1, 3]);
  expect(bestFew({ ...input, objective: "maximize" }, 2)).toEqual([0, 3]);
  expect(newest(input, "running", 5)).toEqual([3]);
  expect(curvesOf(input)).toEqual([1, 3, 0, 2]);
  expect(graphsOf(input)).toEqual([1]);
});

it("takes the picked ones where there are any", () => {
  const picked = { ...input, selected: new Set([2, 0, 99]) };
  expect(curvesOf(picked)).toEqual([2, 0]);
  expect(graphsOf(picked)).toEqual([2, 0]);
});
