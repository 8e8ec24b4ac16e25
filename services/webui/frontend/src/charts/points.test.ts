import { describe, expect, it } from "vitest";

import { jitter, pointsOf, rowOf, scatter } from "./points";
import { shareOf, valueAt, type Scale } from "./scale";

const scale = (low: number, high: number, type: Scale["type"] = "value"): Scale => ({
  column: "x",
  name: "x",
  type,
  low,
  high,
  labels: [],
  isWhole: false,
});

describe("points of jobs", () => {
  it("leaves out what lies beyond the scales or has no place", () => {
    const places = [1, 2, NaN, 30];
    const points = pointsOf([0, 1, 2, 3], { x: scale(0, 10), y: scale(0, 10) }, (row) => [places[row] ?? NaN, 5]);
    expect(points).toEqual([
      [1, 5, 0],
      [2, 5, 1],
    ]);
  });

  it("keeps of many jobs in one place only the newest", () => {
    const rows = Array.from({ length: 100_000 }, (_, row) => row);
    const points = pointsOf(rows, { x: scale(0, 1), y: scale(0, 1) }, (row) => [(row % 3) / 2, 0.5]);
    expect(points.map(([, , row]) => row)).toEqual([99_997, 99_998, 99_999]);
  });

  it("draws many jobs at once, and few one by one", () => {
    const point: [number, number, number] = [0, 0, 0];
    expect(scatter({ id: "a", data: Array.from({ length: 6_000 }, () => point), color: "c" }).large).toBe(true);
    expect(scatter({ id: "a", data: [point], color: "c" }).large).toBe(false);
  });

  it("moves a job of a category always by the same bit, and less than to the next category", () => {
    const moves = Array.from({ length: 1_000 }, (_, row) => jitter(row));
    expect(Math.max(...moves.map(Math.abs))).toBeLessThan(0.3);
    expect(new Set(moves).size).toBeGreaterThan(990);
    expect(jitter(7)).toBe(jitter(7));
  });

  it("knows the row of what was clicked on", () => {
    expect(rowOf([1, 2, 3])).toBe(3);
    expect(rowOf([1, 2])).toBeUndefined();
    expect(rowOf(undefined)).toBeUndefined();
  });
});

describe("places on an axis", () => {
  it("goes from a value to its share and back, also on a logarithmic axis", () => {
    for (const each of [scale(2, 12), scale(0.001, 10, "log")])
      for (const share of [0, 0.25, 1]) expect(shareOf(each)(valueAt(each, share))).toBeCloseTo(share);
    expect(shareOf(scale(0.01, 100, "log"))(1)).toBeCloseTo(0.5);
  });
});
