import { describe, expect, it } from "vitest";

import { columnsOf, matching, type Filter } from "../../jobs/filters";
import { jobsOf } from "../../testing/showAnalysis";
import * as samples from "../../testing/samples";
import { parametersOf } from "../../space/outline";
import { lossOf, type PlotInput } from "../input";
import { BEST_LINES, coloursOf, drawnOf, lineOf, MOST_LINES, parallelData, parallelLabel, parallelNote, parallelOption } from "./parallel";
import { axesOf, choosable, chosenAxes, NONE, ticksOf, writeAxes, type Axis } from "./parallelAxes";
import { brushOfFilter, filterOfBrush, isOutside, strokeFrom } from "./parallelBrush";

const look = { scale: ["1", "2", "3", "4", "5", "6"], picked: "red", text: "", dimmed: "", surface: "", accent: "" } as unknown as Parameters<
  typeof parallelOption
>[1];

function inputOf(count: number, changes: Partial<PlotInput> = {}, filters: Filter[] = []): PlotInput {
  const { table } = jobsOf(samples.columns(count));
  const columns = columnsOf(table);
  return {
    table,
    columns,
    rows: matching(table, columns, filters),
    selected: new Set(),
    parameters: parametersOf(samples.spec().space),
    objective: "minimize",
    targetLoss: null,
    ...changes,
  };
}

function axisOf(input: PlotInput, id: string): Axis {
  const [axis] = axesOf(input, [id], "all", drawnOf(input).rows);
  if (!axis) throw new Error(`there is no axis ${id}`);
  return axis;
}

describe("the drawn jobs", () => {
  it("are all of those with a loss, the worst first", () => {
    const input = inputOf(40);
    const { rows, of } = drawnOf(input);
    const losses = rows.map((row) => lossOf(input.table, row));
    expect(of).toBe(input.rows.filter((row) => input.table.stateOf(row) === "succeeded").length);
    expect(rows).toHaveLength(of);
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    expect(drawnOf({ ...input, objective: "maximize" }).rows).toEqual(rows.toReversed());
  });

  it("are at most a thousand: the best and a sample that stays as more jobs come", () => {
    const input = inputOf(20_000);
    const { rows, of } = drawnOf(input);
    expect(rows).toHaveLength(MOST_LINES);
    expect(new Set(rows).size).toBe(MOST_LINES);
    const byLoss = input.rows
      .filter((row) => !Number.isNaN(lossOf(input.table, row)))
      .toSorted((a, b) => lossOf(input.table, a) - lossOf(input.table, b));
    expect(rows.slice(-BEST_LINES).toReversed()).toEqual(byLoss.slice(0, BEST_LINES));
    const sampled = rows.slice(0, MOST_LINES - BEST_LINES);
    for (let quarter = 0; quarter < 4; quarter++) {
      const within = sampled.filter((row) => Math.floor(row / 5_000) === quarter).length;
      expect(within).toBeGreaterThan(140); // of 175
    }
    const before = new Set(drawnOf({ ...input, rows: input.rows.slice(0, -200) }).rows);
    expect(rows.filter((row) => before.has(row)).length).toBeGreaterThan(0.97 * MOST_LINES);
    expect(parallelNote({ rows, of })).toBe(
      `1,000 of ${of.toLocaleString("en")} jobs drawn: the best 300 and an even sample of the others.`,
    );
  });

  it("leave out what is filtered and what was retracted", () => {
    const input = inputOf(40, {}, [{ column: "params.kernel", values: ["poly"] }]);
    input.table.retracted.set(2, 1);
    const { rows } = drawnOf(input);
    expect(rows).not.toContain(2);
    expect(rows.every((row) => (row + 1) % 3 === 0)).toBe(true);
  });
});

describe("the axes", () => {
  it("are the parameters and the loss, unless others are chosen", () => {
    const input = inputOf(40);
    const usual = ["params.C", "params.gamma", "params.kernel", "params.degree", "loss"];
    expect(chosenAxes(input, null)).toEqual(usual);
    expect(chosenAxes(input, writeAxes(["loss", "metrics.accuracy", "params.C"]))).toEqual(["loss", "metrics.accuracy", "params.C"]);
    expect(chosenAxes(input, "loss,loss,nothing,%")).toEqual(usual);
    expect(choosable(input).map(({ id }) => id)).toEqual(["loss", ...usual.slice(0, 4), "metrics.accuracy", "seconds"]);
  });

  it("have the jobs where their values are, on logarithms too", () => {
    const input = inputOf(40);
    const axis = axisOf(input, "params.C"); // 0.01 to 100, and a little room at both ends
    input.table.param("C")?.values.set(0, 1);
    expect(axis.place(0)).toBeCloseTo(0.5, 9);
    expect([...ticksOf(axis).values()]).toEqual(["0.01", "0.1", "1", "10", "100"]);
    expect([...ticksOf(axis).keys()][2]).toBeCloseTo(0.5, 9);
  });

  it("have a place for jobs without the parameter", () => {
    const input = inputOf(40);
    const axis = axisOf(input, "params.degree");
    expect(axis.hasNone).toBe(true);
    expect(axis.place(0)).toBe(NONE);
    expect(axis.place(2)).toBeGreaterThan(0);
    expect([...ticksOf(axis)][0]).toEqual([NONE, "none"]);
    expect([...ticksOf(axis).values()]).toEqual(["none", "2", "3", "4", "5"]);
    expect(axisOf(input, "params.C").hasNone).toBe(false);
  });

  it("have a tick for every category", () => {
    expect([...ticksOf(axisOf(inputOf(40), "params.kernel"))]).toEqual([
      [0.25, "rbf"],
      [0.75, "poly"],
    ]);
  });

  it("keep a job that is beyond the ends at the end", () => {
    const input = inputOf(40);
    input.table.loss.set(3, 1e9);
    const [axis] = axesOf(input, ["loss"], "main", []);
    expect(axis?.place(3)).toBe(1);
    expect(axis?.scale.high).toBeLessThan(100);
  });
});

describe("the lines", () => {
  it("go through the places of their job, and know its row where a click looks for it", () => {
    const input = inputOf(40);
    const axes = axesOf(input, ["params.kernel", "loss"], "all", []);
    const [loss, job, row, ...places] = lineOf(input, axes, 2);
    expect([loss, job, row]).toEqual([lossOf(input.table, 2), 3, 2]);
    expect(places).toEqual([0.75, axes[1]?.place(2)]);
  });

  it("have the colours of their ranks, the same for the same loss", () => {
    const input = inputOf(40);
    const rows = [0, 1, 2, 3, 5, 6]; // row 4 failed
    [9, 9, 7, 3, 2, 1].forEach((loss, at) => input.table.loss.set(rows[at] ?? 0, loss));
    expect(coloursOf(input, rows, look)).toEqual(["6", "6", "4", "3", "2", "1"]);
  });

  it("are drawn again, strong, where people picked their job, also without a loss or behind a filter", () => {
    const input = inputOf(40, { selected: new Set([4, 999]) }, [{ column: "loss", low: 0, high: 0.1 }]);
    const lines = drawnOf(input);
    const axes = axesOf(input, ["params.C", "loss"], "all", [...lines.rows, 4]);
    const { series } = parallelOption(input, look, axes, lines);
    expect(series).toMatchObject([{ id: "jobs" }, { id: "picked", lineStyle: { color: "red" } }]);
    const [jobs, picked] = series as { data: unknown[] }[];
    expect(jobs?.data).toHaveLength(lines.rows.length);
    expect(picked?.data).toEqual([lineOf(input, axes, 4)]);
    expect(lineOf(input, axes, 4).at(-1)).toBe(NONE);
  });

  it("are said in words, and all of them are in the data", () => {
    const input = inputOf(40);
    const lines = drawnOf(input);
    const axes = axesOf(input, ["params.kernel", "loss"], "all", lines.rows);
    const best = lines.rows.at(-1) ?? NaN;
    expect(parallelLabel(input, axes, lines)).toMatch(
      new RegExp(`^Parallel coordinates over kernel, loss: ${lines.of} jobs drawn\\. The best loss is [\\d.]+, of job ${best + 1}\\.$`),
    );
    const { columns, rows } = parallelData(input, axes)();
    expect(columns).toEqual(["job", "kernel", "Loss"]);
    expect([...rows][0]).toEqual([1, "rbf", lossOf(input.table, 0)]);
    expect([...rows]).toHaveLength(40);
  });
});

describe("a brush on an axis", () => {
  const input = inputOf(40);
  const [C, kernel, degree] = ["params.C", "params.kernel", "params.degree"].map((id) => axisOf(input, id)) as [Axis, Axis, Axis];

  it("lets through a range of values, and the filter is drawn where the brush was", () => {
    const filter = filterOfBrush(C, [0.25, 0.5]);
    if (!filter || "values" in filter) throw new Error("there is no range");
    expect(filter.low).toBeCloseTo(C.scale.low * (C.scale.high / C.scale.low) ** 0.25, 3);
    expect(filter.high).toBeCloseTo(1, 3);
    expect(brushOfFilter(C, [filter])).toEqual([[expect.closeTo(0.25, 2), expect.closeTo(0.5, 2)]]);
  });

  it("is open at the end of the axis, for what is beyond it", () => {
    const below = filterOfBrush(C, [-0.02, 0.5]);
    expect(below).toMatchObject({ low: -Infinity });
    expect(brushOfFilter(C, below ? [below] : [])[0]?.[0]).toBe(0);
    expect(filterOfBrush(C, [0.5, 1.01])).toMatchObject({ high: Infinity });
  });

  it("over all of the axis is none", () => {
    expect(filterOfBrush(C, [0, 1])).toBeNull();
    expect(filterOfBrush(kernel, [0, 1])).toBeNull();
    expect(brushOfFilter(C, [{ column: "params.gamma", low: 0, high: 1 }])).toEqual([]);
  });

  it("lets through the categories in it", () => {
    const filter = filterOfBrush(kernel, [0.6, 0.9]);
    expect(filter).toEqual({ column: "params.kernel", values: ["poly"] });
    expect(brushOfFilter(kernel, filter ? [filter] : [])).toEqual([[expect.closeTo(0.575, 9), expect.closeTo(0.925, 9)]]);
    expect(filterOfBrush(kernel, [0.4, 0.5])).toBeNull();
  });

  it("draws categories beside each other as one, and others apart", () => {
    const scale = { ...kernel.scale, labels: ["a", "b", "c", "d"], low: -0.5, high: 3.5 };
    const intervals = brushOfFilter({ ...kernel, scale }, [{ column: "params.kernel", values: ["a", "b", "d"] }]);
    expect(intervals).toHaveLength(2);
    expect(intervals[0]?.[0]).toBeLessThan(0.125);
    expect(intervals[0]?.[1]).toBeGreaterThan(0.375);
    expect(intervals[1]?.[0]).toBeGreaterThan(0.75);
  });

  it("is moved where it is taken in the middle, and resized at its ends; elsewhere another one begins", () => {
    const brushes = [[0.25, 0.5]] as const;
    expect(strokeFrom(0.375, brushes, 0.02)(0.5)).toEqual([0.375, 0.625]);
    expect(strokeFrom(0.24, brushes, 0.02)(0.125)).toEqual([0.125, 0.5]);
    expect(strokeFrom(0.51, brushes, 0.02)(0.125)).toEqual([0.125, 0.25]);
    expect(strokeFrom(0.75, brushes, 0.02)(0.625)).toEqual([0.625, 0.75]);
  });

  it("makes the lines outside of it faint while it is drawn", () => {
    const lines = drawnOf(input);
    const axes = axesOf(input, ["params.C", "loss"], "all", lines.rows);
    const { series } = parallelOption(input, look, axes, lines, isOutside(axes, { axis: "params.C", interval: [0.2, 0.6] }));
    const [jobs] = series as { data: { value: number[]; lineStyle: { opacity: number } }[] }[];
    const isFaint = (jobs?.data ?? []).map(({ lineStyle }) => lineStyle.opacity < 0.1);
    expect(isFaint).toEqual((jobs?.data ?? []).map(({ value }) => !(Number(value[3]) >= 0.2 && Number(value[3]) <= 0.6)));
    expect(new Set(isFaint).size).toBe(2);
    expect(isOutside(axes, null)).toBeUndefined();
  });

  it("finds the jobs without the parameter, and those that have it", () => {
    const without = filterOfBrush(degree, [NONE - 0.05, NONE + 0.02]);
    expect(without).toEqual({ column: "params.degree", values: [""] });
    expect(matching(input.table, input.columns, without ? [without] : []).every((row) => (row + 1) % 3 !== 0)).toBe(true);
    expect(brushOfFilter(degree, without ? [without] : [])).toEqual([[NONE - 0.03, NONE + 0.03]]);
    const having = filterOfBrush(degree, [0, 1]);
    expect(matching(input.table, input.columns, having ? [having] : []).every((row) => (row + 1) % 3 === 0)).toBe(true);
    expect(filterOfBrush(degree, [NONE - 0.06, 1])).toBeNull();
  });
});
