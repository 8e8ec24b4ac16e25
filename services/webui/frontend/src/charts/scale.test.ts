import { describe, expect, it } from "vitest";

import type { Parameter } from "../space/outline";
import { axisOf, filterOf, lossScale, parameterScale } from "./scale";
import { inputOf, withLosses } from "./testing";

const losses = Array.from({ length: 50 }, (_, i) => 1 + i / 100);
const parameter = (input: ReturnType<typeof inputOf>, name: string): Parameter => {
  const found = input.parameters.find((each) => each.name === name);
  if (!found) throw new Error(name);
  return found;
};

describe("the scale of the loss", () => {
  it("holds all losses, filtered or not", () => {
    const input = inputOf(withLosses([4, 1, 2, null]), { rows: [2] });
    const { low, high, beyond } = lossScale(input, "all");
    expect([low < 1, high > 4, beyond]).toEqual([true, true, 0]);
  });

  it("has no room for jobs that went far off, and counts them", () => {
    const input = inputOf(withLosses([...losses, 1e6, 1e9]));
    const { low, high, beyond } = lossScale(input, "main");
    expect(high).toBeLessThan(10);
    expect(low).toBeLessThan(1);
    expect(beyond).toBe(2);
  });

  it("never cuts off the good side", () => {
    expect(lossScale(inputOf(withLosses([...losses, -1e6])), "main").beyond).toBe(0);
    expect(lossScale(inputOf(withLosses([...losses, 1e6]), { objective: "maximize" }), "main").beyond).toBe(0);
    expect(lossScale(inputOf(withLosses([...losses, -1e6]), { objective: "maximize" }), "main").beyond).toBe(1);
  });

  it("is logarithmic only where all losses are above zero", () => {
    expect(lossScale(inputOf(withLosses([1, 10])), "log").type).toBe("log");
    expect(lossScale(inputOf(withLosses([-1, 10])), "log").type).toBe("value");
  });

  it("does without retracted results, and without any", () => {
    const columns = withLosses([1, 2, 99], { retracted: [false, false, true] });
    expect(lossScale(inputOf(columns), "all").high).toBeLessThan(3);
    expect(lossScale(inputOf(withLosses([null])), "all")).toMatchObject({ low: 0, high: 1 });
  });

  it("has an extent where all losses are the same", () => {
    for (const loss of [0, 3]) {
      const { low, high } = lossScale(inputOf(withLosses([loss, loss])), "main");
      expect(low).toBeLessThan(loss);
      expect(high).toBeGreaterThan(loss);
    }
    const log = lossScale(inputOf(withLosses([3, 3])), "log");
    expect(log.low).toBeLessThan(log.high);
  });
});

describe("the scale of a parameter", () => {
  it("is logarithmic where the parameter is, and holds the whole space", () => {
    const input = inputOf(withLosses([1, 2, 3]));
    const scale = parameterScale(input, parameter(input, "C"));
    expect(scale.type).toBe("log");
    expect(scale.low).toBeLessThan(0.01);
    expect(scale.high).toBeGreaterThan(100);
  });

  it("goes further where a job was enqueued beyond the bounds", () => {
    const columns = withLosses([1, 2]);
    columns.params = { ...columns.params, C: [1, 5_000] };
    columns.origin = ["optimizer", "enqueued"];
    const input = inputOf(columns);
    expect(parameterScale(input, parameter(input, "C")).high).toBeGreaterThan(5_000);
  });

  it("has a place for every category, and names it", () => {
    const input = inputOf(withLosses([1, 2]));
    const scale = parameterScale(input, parameter(input, "kernel"));
    expect(scale).toMatchObject({ type: "category", low: -0.5, high: 1.5, labels: ["rbf", "poly"] });
    const axis = axisOf(scale, { id: "x" }) as { axisLabel: { formatter: (value: number) => string } };
    expect(axis.axisLabel.formatter(1)).toBe("poly");
  });
});

describe("a brush", () => {
  const input = inputOf(withLosses([1, 2]));

  it("filters a number by a range that loses none of the jobs in it", () => {
    const [filter] = filterOf(lossScale(input, "all"), [0.123456789, 1.987654321]);
    expect(filter).toMatchObject({ column: "loss" });
    const { low, high } = filter as { low: number; high: number };
    expect(low).toBeLessThanOrEqual(0.123456789);
    expect(high).toBeGreaterThanOrEqual(1.987654321);
    expect(String(low).length).toBeLessThan(9);
  });

  it("filters a category by what it covers; all or nothing is no filter", () => {
    const scale = parameterScale(input, parameter(input, "kernel"));
    expect(filterOf(scale, [-0.4, 0.4])).toEqual([{ column: "params.kernel", values: ["rbf"] }]);
    expect(filterOf(scale, [-0.4, 1.4])).toEqual([]);
    expect(filterOf(scale, [-Infinity, Infinity])).toEqual([]);
  });
});
