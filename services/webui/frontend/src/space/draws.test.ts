import { describe, expect, it } from "vitest";

import { draw, histograms, ruleOf } from "./draws";
import { readRows, type Row } from "./rows";

const rowsOf = (space: unknown): Row[] => {
  const read = readRows(space);
  if ("reason" in read) throw new Error(read.reason);
  return read.rows;
};
const rulesOf = (definition: unknown) => rowsOf({ x: definition }).map(ruleOf);
const ruleFor = (definition: unknown) => {
  const [rule] = rulesOf(definition);
  if (!rule) throw new Error("it cannot be drawn");
  return rule;
};
const drawn = (definition: unknown): unknown[] => [...draw(rowsOf({ x: definition }), 4_000).values()].flat();
const shareOf = (values: unknown[], value: unknown) => values.filter((each) => each === value).length / values.length;
const only = (space: unknown) => [...histograms(rowsOf(space)).values()];

describe("ruleOf", () => {
  it("is even between the bounds of a float", () => {
    const rule = ruleFor({ type: "float", low: -2, high: 6 });
    expect([0, 0.25, 0.5, 1].map(rule)).toEqual([-2, 0, 2, 6]);
  });

  it("is even over the orders of magnitude on a log scale", () => {
    const rule = ruleFor({ type: "float", low: 0.001, high: 10, log: true });
    expect(rule(0.25)).toBeCloseTo(0.01, 10);
    expect(rule(0.5)).toBeCloseTo(0.1, 10);
    expect(rule(1)).toBe(10);
  });

  it("gives steps in decimals, the last one below high included", () => {
    const rule = ruleFor({ type: "float", low: 0, high: 0.35, step: 0.1 });
    expect([0, 0.26, 0.51, 0.999].map(rule)).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it("gives every whole number the same share, and on a log scale the width of its rounding", () => {
    const even = drawn({ type: "int", low: 1, high: 4 });
    for (const value of [1, 2, 3, 4]) expect(shareOf(even, value)).toBeCloseTo(0.25, 1);
    const log = drawn({ type: "int", low: 1, high: 4, log: true });
    const whole = Math.log(4.5 / 0.5);
    expect(shareOf(log, 1)).toBeCloseTo(Math.log(1.5 / 0.5) / whole, 1);
    expect(shareOf(log, 4)).toBeCloseTo(Math.log(4.5 / 3.5) / whole, 1);
  });

  it("gives every listed value its share, and twice of what is listed twice", () => {
    const values = drawn(["a", "a", "b"]);
    expect(shareOf(values, "a")).toBeCloseTo(2 / 3, 1);
  });

  it.each([
    { type: "float", low: 2, high: 1 },
    { type: "float", low: 0, high: 1, log: true },
    { type: "float", low: "x", high: 1 },
    { type: "float", low: 0, high: 1, step: 0 },
    { type: "choice", values: [] },
  ])("is none for %j", (definition) => {
    expect(rulesOf(definition)).toEqual([null]);
  });
});

describe("histograms", () => {
  it("count a parameter only where its conditions hold", () => {
    const rows = rowsOf({
      deep: { type: "constant", value: 1, when: { momentum: [0, 1] } },
      momentum: { type: "int", low: 0, high: 3, when: { optimizer: "sgd" } },
      optimizer: ["adam", "sgd"],
    });
    const shares = new Map(rows.map(({ name, id }) => [name, histograms(rows).get(id)?.share ?? NaN]));
    expect(shares.get("optimizer")).toBe(1);
    expect(shares.get("momentum")).toBeCloseTo(0.5, 1);
    expect(shares.get("deep")).toBeCloseTo(0.25, 1);
  });

  it("are flat for what is even, on the scale of the parameter", () => {
    for (const definition of [
      { type: "float", low: 0, high: 1 },
      { type: "float", low: 1e-6, high: 1, log: true },
      { type: "int", low: 1, high: 96 },
    ]) {
      const [histogram] = only({ x: definition });
      expect(histogram?.bars).toHaveLength(24);
      for (const { count } of histogram?.bars ?? []) expect(Math.abs(count - 2_000 / 24)).toBeLessThan(40);
    }
  });

  it("have a bar for each value where there are few", () => {
    const [histogram] = only({ x: { type: "float", low: 0, high: 0.3, step: 0.1 } });
    expect(histogram?.bars.map(({ label }) => label)).toEqual(["0", "0.1", "0.2", "0.3"]);
  });

  it("tell below which value half of the draws are", () => {
    const [histogram] = only({ x: { type: "float", low: 0.0001, high: 1, log: true } });
    expect(histogram?.tenths?.[1]).toBeGreaterThan(0.008);
    expect(histogram?.tenths?.[1]).toBeLessThan(0.0125);
  });

  it("are none for rows in a circle, and the same at every call", () => {
    const rows = rowsOf({
      a: { type: "choice", values: [1], when: { b: 1 } },
      b: { type: "choice", values: [1], when: { a: 1 } },
      c: { type: "float", low: 0, high: 1 },
    });
    expect([...histograms(rows).keys()]).toEqual([rows[2]?.id]);
    expect(histograms(rows)).toEqual(histograms(rows));
  });
});
