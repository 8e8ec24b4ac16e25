import { describe, expect, it } from "vitest";

import { jobsOf } from "../testing/showAnalysis";
import * as samples from "../testing/samples";
import { columnsOf, matching, readFilters, sorted, writeFilters, type Column, type Filter } from "./filters";

const { table } = jobsOf(samples.columns(40));
const columns = columnsOf(table);
const column = (id: string): Column => {
  const found = columns.find((each) => each.id === id);
  if (!found) throw new Error(`there is no column ${id}`);
  return found;
};
const all = matching(table, columns, []);

describe("filters in an address", () => {
  it.each<[string, Filter[]]>([
    ["a range", [{ column: "loss", low: 0.1, high: 2.5 }]],
    ["negative and tiny numbers", [{ column: "loss", low: -1.5e-300, high: -5e-324 }]],
    ["a range with open ends", [{ column: "loss", low: -Infinity, high: Infinity }]],
    ["one open end", [{ column: "loss", low: -Infinity, high: 3 }, { column: "seconds", low: 2, high: Infinity }]],
    ["values", [{ column: "state", values: ["failed", "pruned"] }]],
    ["the value of those that have none", [{ column: "params.degree", values: ["", "2"] }]],
    ["names and values of all signs", [
      { column: "params.a:b=c;d|e", values: ["x|y", "p;q", "k=v", "1..2", "a:b", "100%", "?&#"] },
      { column: "params.net.lr\\.max", low: 0, high: 1 },
      { column: "params.größe λ", values: ["☃", "日本"] },
    ]],
    ["none", []],
  ])("come back as they were: %s", (_, filters) => {
    expect(readFilters(writeFilters(filters))).toEqual(filters);
  });

  it("come back through a whole address, where they are written once more", () => {
    const filters: Filter[] = [{ column: "params.a?b&c+d", values: ["1 + 1", "%7C"] }];
    const query = new URLSearchParams({ f: writeFilters(filters) });
    expect(readFilters(new URLSearchParams(query.toString()).get("f") ?? "")).toEqual(filters);
  });

  it.each(["loss", "loss:", "loss:1", "loss:x..2", "%:1..2", "state=%E0%A4", "=a", ";;", "loss:1..2..3"])(
    "pass over what nobody can have written: %s",
    (text) => expect(readFilters(`${text};number:1..2`)).toEqual([{ column: "number", low: 1, high: 2 }]),
  );
});

describe("matching", () => {
  it("keeps rows whose number is in the range, both ends of it too, and none without a number", () => {
    const loss = column("loss");
    const [low, high] = [loss.number(3), loss.number(6)].sort((a, b) => a - b) as [number, number];
    const rows = matching(table, columns, [{ column: "loss", low, high }]);
    expect(rows).toEqual(all.filter((row) => loss.number(row) >= low && loss.number(row) <= high));
    expect(rows).toEqual(expect.arrayContaining([3, 6]));
    expect(matching(table, columns, [{ column: "loss", low: -Infinity, high: Infinity }])).toHaveLength(
      all.filter((row) => table.stateOf(row) === "succeeded").length,
    );
  });

  it("keeps rows of some values, and those that have none where that is asked for", () => {
    const polys = all.filter((row) => (row + 1) % 3 === 0);
    expect(matching(table, columns, [{ column: "params.kernel", values: ["poly"] }])).toEqual(polys);
    expect(matching(table, columns, [{ column: "reason", values: [""] }])).toEqual(
      all.filter((row) => table.stateOf(row) !== "failed"),
    );
    expect(matching(table, columns, [{ column: "params.kernel", values: ["never seen"] }])).toEqual([]);
  });

  it("wants all filters met, and passes over one of a column that is not there", () => {
    const rows = matching(table, columns, [
      { column: "state", values: ["succeeded"] },
      { column: "params.kernel", values: ["rbf"] },
      { column: "params.gone", low: 0, high: 0 },
    ]);
    expect(rows).toEqual(all.filter((row) => table.stateOf(row) === "succeeded" && (row + 1) % 3 !== 0));
  });

  it("leaves out rows that are still on their way", () => {
    const { table: partial } = jobsOf(samples.columns(40, 31));
    expect(matching(partial, columnsOf(partial), [])).toEqual([30, 31, 32, 33, 34, 35, 36, 37, 38, 39]);
  });
});

describe("sorted", () => {
  const isNone = (row: number) => Number.isNaN(column("loss").number(row));

  it.each([false, true])("puts those without a value last (descending: %s)", (down) => {
    const rows = sorted(all, column("loss"), down);
    const losses = rows.filter((row) => !isNone(row)).map((row) => column("loss").number(row));
    expect(losses).toEqual(losses.toSorted((a, b) => (down ? b - a : a - b)));
    expect(rows.slice(losses.length)).toEqual(all.filter(isNone));
  });

  it("goes by the labels of categories, whichever was seen first, and by the numbers in them", () => {
    const { table: other } = jobsOf({ ...samples.columns(4), workers: ["w10", "w9"], worker: [0, 1, null, 0] });
    const worker = columnsOf(other).find((each) => each.id === "worker");
    expect(worker && sorted([0, 1, 2, 3], worker, false)).toEqual([1, 0, 3, 2]);
    expect(worker && sorted([0, 1, 2, 3], worker, true)).toEqual([0, 3, 1, 2]);
  });

  it("turns the numbers of jobs around, and changes no list that it is given", () => {
    expect(sorted(all, column("number"), true)).toEqual(all.toReversed());
    expect(sorted(all, column("number"), false)).not.toBe(all);
  });
});

it("has a column for each parameter that differs, each metric, and what every job has", () => {
  expect(columns.map((each) => each.id)).toEqual([
    "number",
    "state",
    "loss",
    "params.C",
    "params.gamma",
    "params.kernel",
    "params.degree",
    "metrics.accuracy",
    "seconds",
    "worker",
    "attempt",
    "origin",
    "reason",
    "proposed_at",
    "started_at",
    "finished_at",
  ]);
});
