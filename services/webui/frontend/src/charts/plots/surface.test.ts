import { describe, expect, it } from "vitest";

import { corners, levels, SIZE, surface, type Sample } from "./surface";

const plane = (x: number, y: number) => 2 * x + 3 * y;
const square: Sample[] = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.1, 0.9],
  [0.9, 0.9],
  [0.5, 0.5],
].map(([x = 0, y = 0]): Sample => [x, y, plane(x, y)]);

describe("a surface", () => {
  it("is exact where the jobs lie on a plane", () => {
    const { grid } = surface(square);
    for (const [column, line] of [
      [20, 20],
      [50, 30],
      [36, 60],
    ] as const)
      expect(grid[line * SIZE + column]).toBeCloseTo(plane((column + 0.5) / SIZE, (line + 0.5) / SIZE), 6);
  });

  it("knows nothing far from the jobs", () => {
    const { grid, hull } = surface(square);
    expect(grid[0]).toBeNaN();
    expect(hull).toHaveLength(4);
  });

  it("is empty where the jobs span no area", () => {
    expect(surface(square.slice(0, 2)).hull).toEqual([]);
    const line = surface([0.1, 0.2, 0.3, 0.4].map((x): Sample => [x, x, 1]));
    expect(line.hull).toEqual([]);
    expect(line.grid.every(Number.isNaN)).toBe(true);
  });

  it("puts jobs that are close together, and passes over those without a loss or a place", () => {
    const found = corners([
      [0.501, 0.501, 1],
      [0.503, 0.503, 3],
      [0.9, 0.9, NaN],
      [NaN, 0.1, 1],
      [1.2, 0.1, 1],
    ]);
    expect(found).toHaveLength(1);
    expect(found[0]?.[2]).toBe(2);
  });

  it("stays cheap with 100,000 jobs: they become few corners", () => {
    const many = Array.from({ length: 100_000 }, (_, i): Sample => [(i % 313) / 313, (i % 317) / 317, i]);
    expect(corners(many).length).toBeLessThanOrEqual(1_600);
  });
});

describe("levels", () => {
  it("has about as many cells between any two", () => {
    expect(levels(Float64Array.from({ length: 100 }, (_, i) => i ** 4), 4)).toEqual([24 ** 4, 49 ** 4, 74 ** 4]);
  });

  it("has none where everything is the same, or nothing is known", () => {
    expect(levels([3, 3, 3], 4)).toEqual([]);
    expect(levels([NaN], 4)).toEqual([]);
  });
});
