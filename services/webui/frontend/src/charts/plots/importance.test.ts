import { describe, expect, it } from "vitest";

import { columnsOf } from "../../jobs/filters";
import { JobTable } from "../../jobs/table";
import { parametersOf } from "../../space/outline";
import { chance } from "../../testing/chance";
import { columns as sample } from "../../testing/samples";
import type { PlotInput } from "../input";
import { importancesOf, type Found } from "./importance";
import { importanceLabel, importanceNote, importanceOption, percent } from "./importanceBars";

const unit = { type: "float", low: 0, high: 1 };

interface Given {
  space: Record<string, unknown>;
  params: Record<string, unknown[]>;
  loss: (number | null)[];
  objective?: PlotInput["objective"];
  retracted?: boolean[];
}

function inputOf({ space, params, loss, objective = "minimize", retracted }: Given): PlotInput {
  const base = sample(loss.length);
  const parameters = parametersOf(space);
  const table = new JobTable(base.trial_id, parameters, loss.length);
  table.fill({ ...base, params, loss, metrics: {}, retracted: retracted ?? base.retracted });
  return {
    table,
    columns: columnsOf(table),
    rows: loss.map((_, row) => row),
    selected: new Set(),
    parameters,
    objective,
    targetLoss: null,
  };
}

const found = (given: Given): Found => {
  const input = inputOf(given);
  return importancesOf(input, input.parameters);
};

function shares(given: Given): Record<string, number> {
  const importance = found(given);
  if (importance.kind !== "found") throw new Error(importance.kind);
  return Object.fromEntries(importance.all.map(({ parameter, share }) => [parameter.name, share]));
}

const draws = (count: number, seed: number): number[] => {
  const next = chance(seed);
  return Array.from({ length: count }, next);
};

/** The loss comes of `a` alone. */
function ofOne(count = 400): Given {
  const [a, b, c] = [draws(count, 1), draws(count, 2), draws(count, 3)];
  return { space: { a: unit, b: unit, c: unit }, params: { a, b, c }, loss: a.map((each) => (each - 0.3) ** 2) };
}

describe("the importance of parameters", () => {
  it("is all of the one that the loss comes of", () => {
    const given = shares(ofOne());
    expect(given["a"]).toBeGreaterThan(0.95);
    expect((given["a"] ?? 0) + (given["b"] ?? 0) + (given["c"] ?? 0)).toBeCloseTo(1, 12);
  });

  it("finds it among few jobs too", () => {
    expect(shares(ofOne(40))["a"]).toBeGreaterThan(0.7);
  });

  it("follows how much each parameter does", () => {
    const [a, b, c] = [draws(2_000, 4), draws(2_000, 5), draws(2_000, 6)];
    const loss = a.map((each, i) => 9 * (each - 0.5) ** 2 + 4 * ((b[i] ?? 0) - 0.5) ** 2 + 0.05 * (c[i] ?? 0));
    const given = shares({ space: { a: unit, b: unit, c: unit }, params: { a, b, c }, loss });
    expect(Object.keys(given)).toEqual(["a", "b", "c"]);
    expect(given["b"]).toBeGreaterThan(0.1);
    expect(given["c"]).toBeLessThan(0.05);
  });

  it("asks only for the order of the losses", () => {
    const given = ofOne();
    const bent = { ...given, loss: given.loss.map((each) => Math.log((each ?? 0) + 1e-9) * 1_000) };
    expect(shares(bent)).toEqual(shares(given));
    const turned = { ...given, loss: given.loss.map((each) => -(each ?? 0)), objective: "maximize" as const };
    expect(shares(turned)).toEqual(shares(given));
  });

  it("does not depend on the order of the jobs or of the parameters, and comes out the same every time", () => {
    const given = ofOne();
    const mixed: Given = {
      space: { c: unit, a: unit, b: unit },
      params: Object.fromEntries(Object.entries(given.params).map(([name, values]) => [name, values.toReversed()])),
      loss: given.loss.toReversed(),
    };
    const [one, other] = [shares(given), shares(mixed)];
    for (const name of ["a", "b", "c"]) expect(other[name]).toBeCloseTo(one[name] ?? NaN, 9);
    expect(shares(given)).toEqual(one);
  });

  it("does not depend on the unit of a parameter, and honours its logarithms", () => {
    const given = ofOne();
    const [a = [], b = []] = [given.params["a"], given.params["b"]];
    const space = { ...given.space, a: { type: "float", low: 1e-4, high: 1, log: true }, b: { type: "float", low: 0, high: 1e6 } };
    const params = { ...given.params, a: a.map((each) => 10 ** (4 * Number(each) - 4)), b: b.map((each) => 1e6 * Number(each)) };
    const [one, other] = [shares(given), shares({ ...given, space, params })];
    expect(other["a"]).toBeCloseTo(one["a"] ?? NaN, 2);
    expect(other["b"]).toBeCloseTo(one["b"] ?? NaN, 2);
  });

  it("counts categories, and does not take many of them for importance", () => {
    const next = chance(7);
    const kernel = Array.from({ length: 300 }, () => (next() < 0.5 ? "rbf" : "poly"));
    const names = Array.from({ length: 30 }, (_, i) => `host-${i}`);
    const host = Array.from({ length: 300 }, () => names[Math.floor(next() * 30)]);
    const x = Array.from({ length: 300 }, next);
    const given = shares({
      space: { kernel: { type: "choice", values: ["rbf", "poly"] }, host: { type: "choice", values: names }, x: unit },
      params: { kernel, host, x },
      loss: kernel.map((each, i) => (each === "rbf" ? 0 : 1) + 0.01 * ((i * 7919) % 300)),
    });
    expect(given["kernel"]).toBeGreaterThan(0.6);
    expect(given["host"]).toBeLessThan(0.3);
  });

  it("counts integers one by one", () => {
    const next = chance(8);
    const depth = Array.from({ length: 300 }, () => 1 + Math.floor(next() * 8));
    const x = Array.from({ length: 300 }, next);
    const given = shares({
      space: { depth: { type: "int", low: 1, high: 8 }, x: unit },
      params: { depth, x },
      loss: depth.map((each, i) => Math.abs(each - 5) + i / 1_000),
    });
    expect(given["depth"]).toBeGreaterThan(0.85);
  });

  it("is nothing of a constant, and of what was the same in every job", () => {
    const a = draws(100, 9);
    const given = shares({
      space: { a: unit, same: unit, seed: { type: "constant", value: 7 } },
      params: { a, same: a.map(() => 0.5), seed: a.map(() => 7) },
      loss: a,
    });
    expect(given).toEqual({ a: 1, same: 0, seed: 0 });
  });

  it("weighs a parameter by the share of the jobs that have it", () => {
    const [a, x] = [draws(1_000, 10), draws(1_000, 11)];
    const space = { a: unit, always: unit, seldom: { ...unit, when: { kernel: ["poly"] } } };
    const loss = x.map((each) => Math.abs(each - 0.5));
    const always = found({ space, params: { a, always: x, seldom: x }, loss });
    const seldom = found({ space, params: { a, always: x, seldom: x.map((each, i) => (i % 4 ? null : each)) }, loss });
    if (always.kind !== "found" || seldom.kind !== "found") throw new Error("nothing was found");
    const valueOf = ({ all }: typeof always, name: string) => all.find(({ parameter }) => parameter.name === name)?.value ?? NaN;
    expect(valueOf(always, "seldom")).toBe(valueOf(always, "always"));
    const share = valueOf(seldom, "seldom") / valueOf(seldom, "always");
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.35);
  });

  it("leaves out jobs without a loss, and retracted ones", () => {
    const given = ofOne(60);
    const spoilt = given.loss.map((each, row) => (row % 3 === 0 ? null : row % 3 === 1 ? -1 : each));
    const importance = found({ ...given, loss: spoilt, retracted: spoilt.map((_, row) => row % 3 === 1) });
    expect(importance).toMatchObject({ kind: "found", jobs: 20, best: 10 });
  });

  it("takes a tenth of the jobs for the best, and what ties with the last of them", () => {
    expect(found(ofOne(400))).toMatchObject({ jobs: 400, best: 40 });
    const given = ofOne(400);
    expect(found({ ...given, loss: given.loss.map((_, row) => Math.floor(row / 50)) })).toMatchObject({ best: 50 });
    expect(found({ ...given, loss: given.loss.map((_, row) => (row < 5 ? 0 : 1)) })).toMatchObject({ best: 5 });
  });

  it("says how many jobs are missing, and that equal losses tell nothing", () => {
    expect(found(ofOne(12))).toEqual({ kind: "few", missing: 8 });
    const given = ofOne(40);
    expect(found({ ...given, loss: given.loss.map(() => 1) })).toEqual({ kind: "same" });
  });

  it("is asked of the shown jobs alone", () => {
    const input = inputOf(ofOne(400));
    expect(importancesOf({ ...input, rows: input.rows.slice(0, 100) }, input.parameters)).toMatchObject({ jobs: 100 });
  });
});

describe("the bars of importance", () => {
  const look = { text: "black", accent: "teal", point: "blue" } as Parameters<typeof importanceOption>[1];
  const importance = found(ofOne());
  if (importance.kind !== "found") throw new Error(importance.kind);

  it("are as long as the shares, the longest first, and the chosen one stands out", () => {
    const { series, yAxis } = importanceOption(importance.all, look, "a");
    expect(yAxis).toMatchObject([{ data: importance.all.map(({ parameter }) => parameter.name) }]);
    expect(importance.all[0]?.parameter.name).toBe("a");
    const [{ data }] = series as [{ data: { value: [number, number]; itemStyle: { color: string } }[] }];
    expect(data.map(({ value }) => value)).toEqual(importance.all.map(({ share }, place) => [share, place]));
    expect(data.map(({ itemStyle }) => itemStyle.color)).toEqual(["teal", "blue", "blue"]);
  });

  it("are said in words", () => {
    expect(importanceLabel(importance)).toMatch(/^Importance of 3 parameters in 400 jobs\. Most: a (9\d|100) %/);
    expect(importanceNote(importance, 3)).toBe("How the best 40 jobs of 400 differ from all.");
    expect(importanceNote(importance, 1)).toMatch(/differ from all\. 2 more parameters together [\d.]+ %\.$/);
  });

  it("have percents as people read them", () => {
    expect([0, 0.0004, 0.042, 0.0996, 0.87, 1].map(percent)).toEqual(["0 %", "< 0.1 %", "4.2 %", "10 %", "87 %", "100 %"]);
  });
});
