import { describe, expect, it } from "vitest";

import { bestOf, brushed, lossOf, rangeFilter, searched } from "./input";
import { inputOf, withLosses } from "./testing";

describe("the best job", () => {
  const columns = withLosses([3, 1, 9, null, 0.5], { retracted: [false, false, false, false, true] });

  it("has the lowest loss, or the highest where that is asked for", () => {
    const [low, high] = [inputOf(columns), inputOf(columns, { objective: "maximize" })];
    expect(bestOf(low, low.rows)).toBe(1);
    expect(bestOf(high, high.rows)).toBe(2);
  });

  it("is never a retracted one", () => {
    const input = inputOf(columns);
    expect(lossOf(input.table, 4)).toBeNaN();
    expect(bestOf(input, [3, 4])).toBeUndefined();
  });
});

describe("filters of a brush", () => {
  it("takes the place of filters of the same columns only", () => {
    const old = [
      { column: "loss", low: 0, high: 1 },
      { column: "state", values: ["failed"] },
    ];
    expect(brushed(old, ["loss", "number"], [{ column: "number", low: 2, high: 4 }])).toEqual([
      { column: "state", values: ["failed"] },
      { column: "number", low: 2, high: 4 },
    ]);
  });

  it("keeps the magnitude of its ends", () => {
    expect(rangeFilter("a", [1.00001e-7, 2e-7])).toEqual([{ column: "a", low: 1e-7, high: 2e-7 }]);
    expect(rangeFilter("a", [123_456.7, 987_654.3])).toEqual([{ column: "a", low: 123_000, high: 988_000 }]);
    expect(rangeFilter("a", [5, 5])).toEqual([{ column: "a", low: 5, high: 5 }]);
    expect(rangeFilter("a", [-Infinity, Infinity])).toEqual([]);
  });
});

it("searches only what can differ", () => {
  const input = inputOf(withLosses([1]));
  const [one] = input.parameters;
  if (!one) throw new Error("no parameter");
  const constant = { ...one, name: "k", kind: "constant" as const, values: [1] };
  const only = { ...one, name: "o", kind: "choice" as const, values: ["a"] };
  expect(searched({ ...input, parameters: [one, constant, only] })).toEqual([one]);
});
