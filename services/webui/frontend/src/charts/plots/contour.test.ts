import type { CustomSeriesRenderItem, CustomSeriesRenderItemAPI } from "echarts";
import { describe, expect, it } from "vitest";

import type { PlotInput } from "../input";
import { inputOf, LOOK, seriesOf, withLosses } from "../testing";
import { contourData, contourLabel, contourOption, groundOf, pathOf, type ContourView } from "./contour";

const SIDE = 7;
const places = Array.from({ length: SIDE * SIDE }, (_, i) => [i % SIDE, Math.floor(i / SIDE)] as const);
const columns = withLosses(places.map(([x, y]) => (x - 3) ** 2 + (y - 3) ** 2 + 1));
columns.params = {
  C: places.map(([x]) => 10 ** ((x - 3) / 2)),
  gamma: places.map(([, y]) => 10 ** (y / 2 - 3.5)),
  kernel: places.map(([x]) => (x < 3 ? "rbf" : "poly")),
  degree: places.map(() => null),
};
const input = inputOf(columns);

function view(first: string, second: string, of: PlotInput = input): ContourView {
  const [x, y] = [first, second].map((name) => of.parameters.find((each) => each.name === name));
  if (!x || !y) throw new Error("no such parameter");
  return { x, y };
}

/** Draws an item of the ground where one unit is one pixel. */
function draw(of: PlotInput, at: ContourView, dataIndex: number) {
  const { renderItem } = groundOf(of, LOOK, at).series as { renderItem: CustomSeriesRenderItem };
  const api = { coord: (place: number[]) => place } as unknown as CustomSeriesRenderItemAPI;
  return renderItem(
    { dataIndex } as Parameters<CustomSeriesRenderItem>[0],
    api,
  ) as { type: string; style: { fill: string }; shape: Record<string, unknown> };
}

describe("the ground", () => {
  it("has a ring for every colour, the best one first", () => {
    const { levels, series } = groundOf(input, LOOK, view("C", "gamma"));
    expect(levels).toHaveLength(5);
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
    expect(series.data).toHaveLength(6);
    expect(draw(input, view("C", "gamma"), 0).style.fill).toBe("best");
    expect(draw(input, view("C", "gamma"), 5).style.fill).toBe("worst");
    expect(draw(input, view("C", "gamma"), 5).shape["pathData"]).toMatch(/^M.*Z$/);
  });

  it("turns the colours where high losses are good", () => {
    const turned = { ...input, objective: "maximize" as const };
    expect(draw(turned, view("C", "gamma"), 5).style.fill).toBe("best");
  });

  it("is the mean of each cell where a parameter is a category", () => {
    const ground = groundOf(input, LOOK, view("kernel", "gamma"));
    const cells = ground.series.data as [number, number, number][];
    expect(new Set(cells.map(([x]) => x))).toEqual(new Set([0, 1]));
    // The middle line of gamma: x of 0, 1, 2 is rbf, of 3 to 6 poly.
    const means = cells.filter(([, , mean]) => Math.abs(mean - (9 + 4 + 1 + 3) / 3) < 1e-9);
    expect(means).toHaveLength(1);
    expect(draw(input, view("kernel", "gamma"), 0).type).toBe("rect");
  });

  it("is empty where too few jobs have a loss", () => {
    expect(groundOf({ ...input, rows: [0, 1] }, LOOK, view("C", "gamma")).series.data).toEqual([]);
  });
});

describe("the points", () => {
  it("stand at both parameters, the best and the picked ones apart", () => {
    const option = contourOption({ ...input, selected: new Set([0]) }, LOOK, view("C", "gamma"));
    expect(seriesOf(option, "jobs").data).toHaveLength(SIDE * SIDE);
    const best = seriesOf(option, "best").data[0] as number[];
    expect(best[0]).toBeCloseTo(1);
    expect(best[1]).toBeCloseTo(0.01);
    expect(best[2]).toBe(24);
    expect(seriesOf(option, "picked0").data).toHaveLength(1);
  });

  it("are said in words and given as numbers", () => {
    expect(contourLabel(input, view("C", "kernel"))).toContain("The best, 1, is at 1 and poly.");
    const { columns: names, rows } = contourData(input, view("C", "kernel"))();
    expect(names).toEqual(["job", "C", "kernel", "loss"]);
    expect([...rows][24]).toEqual([25, 1, "poly", 1]);
  });
});

it("writes rings as a path", () => {
  const ring = [[0, 0], [2, 0], [2, 2], [0, 0]];
  expect(pathOf([[ring]], (x, y) => [x * 10, y])).toBe("M0.0,0.0L20.0,0.0L20.0,2.0L0.0,0.0Z");
});
