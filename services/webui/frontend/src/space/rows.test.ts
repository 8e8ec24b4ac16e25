import { describe, expect, it } from "vitest";

import { problemsOfRows } from "./check";
import { added, duplicated, moved, removed, retyped } from "./editor/changes";
import { readRows, unwritable, writeSpace, type Row } from "./rows";

const rowsOf = (space: unknown): Row[] => {
  const read = readRows(space);
  if ("reason" in read) throw new Error(read.reason);
  return read.rows;
};
const row = (rows: Row[], name: string): Row => {
  const found = rows.find((each) => each.name === name);
  if (!found) throw new Error(`no row ${name}`);
  return found;
};
const changed = (rows: Row[], name: string, changes: Partial<Row>): Row[] =>
  rows.map((each) => (each.name === name ? { ...each, ...changes } : each));

const SPACES: Record<string, unknown> = {
  "ranges, steps and scales": {
    lr: { type: "float", low: 1e-5, high: 0.1, log: true },
    layers: { type: "int", low: 1, high: 9, step: 2 },
    dropout: { type: "float", low: 0, high: 0.5, step: 0.1, log: false },
  },
  "short and long spellings": {
    optimizer: ["adam", "sgd"],
    kernel: { type: "choice", values: ["rbf", 1, "1", null, true, [1, 2]] },
    epochs: 10,
    name: { type: "constant", value: "x" },
    shape: { type: "constant", value: { a: [1] } },
    nothing: null,
  },
  conditions: {
    optimizer: ["adam", "sgd"],
    layers: { type: "int", low: 1, high: 4 },
    momentum: { type: "float", low: 0, high: 1, when: { optimizer: "sgd" } },
    width: { type: "int", low: 8, high: 64, when: { layers: [2, 3], optimizer: ["adam", "sgd"] } },
    list: { type: "constant", value: 1, when: { optimizer: [["odd"]] } },
  },
  "nested groups and odd names": {
    model: {
      depth: { type: "int", low: 1, high: 4 },
      head: { kind: ["a", "b"], type: { type: "constant", value: "x" } },
    },
    "a\\.b": 1,
    "\\when": [1, 2],
    "back\\\\slash": 2,
    box: { low: { type: "constant", value: 1 }, high: { type: "constant", value: 2 } },
  },
  "half-written definitions": { lr: { type: "float", low: "1e-" }, x: { type: "int", low: 1, high: 2, steps: 3 } },
};

describe("rows", () => {
  it.each(Object.keys(SPACES))("are written back as the same space: %s", (name) => {
    expect(writeSpace(rowsOf(SPACES[name]))).toEqual(SPACES[name]);
  });

  it("find the parameter that a condition means: beside it, by its full name, or marked as such", () => {
    const rows = rowsOf({
      kind: ["x"],
      model: {
        kind: ["a", "b"],
        depth: { type: "int", low: 1, high: 2, when: { kind: "a" } },
        width: { type: "int", low: 1, high: 2, when: { ".kind": "x" } },
      },
    });
    expect(row(rows, "model.depth").when[0]?.on).toBe(row(rows, "model.kind").id);
    expect(row(rows, "model.width").when[0]?.on).toBe(row(rows, "kind").id);
    const written = writeSpace(rows) as { model: Record<string, { when: unknown }> };
    expect(written.model["width"]?.when).toEqual({ ".kind": "x" });
    expect(rowsOf(written).map(({ when }) => when)).toEqual(rows.map(({ when }) => when));
  });

  it("let conditions follow a parameter that is renamed", () => {
    const rows = changed(rowsOf(SPACES["conditions"]), "optimizer", { name: "solver" });
    expect(writeSpace(rows)["momentum"]).toMatchObject({ when: { solver: "sgd" } });
  });

  it.each([
    ["a union", [{ x: [1] }, { y: [2] }]],
    ["a condition on a group", { k: [1, 2], g: { when: { k: 1 }, x: [1] } }],
    ["draws of the original", { x: { hdock_distr: "norm", hdock_samples: 3 } }],
    ["an unknown type", { x: { type: "flaot", low: 0, high: 1 } }],
    ["a group without parameters", { g: {} }],
    ["a dot that is not escaped", { "a.b": 1 }],
    ["a text", "lr"],
  ])("refuse %s instead of dropping it", (_, space) => {
    expect(readRows(space)).toHaveProperty("reason");
  });

  it("that hide each other are told apart", () => {
    const rows = rowsOf({ a: 1, b: 2, c: { d: 3 } });
    expect(unwritable(changed(rows, "b", { name: "a" })).size).toBe(2);
    expect(unwritable(changed(rows, "a", { name: "c" })).size).toBe(1);
    expect(unwritable(rows).size).toBe(0);
  });

  it("can be added, duplicated, moved and removed", () => {
    const rows = rowsOf(SPACES["conditions"]);
    expect(added(rows)).toHaveLength(6);
    const twice = duplicated(rows, row(rows, "layers").id);
    expect(twice.slice(1, 3).map(({ name }) => name)).toEqual(["layers", "layers_2"]);
    expect(moved(rows, row(rows, "layers").id, -1)[0]?.name).toBe("layers");
    const rest = removed(rows, row(rows, "optimizer").id);
    expect(row(rest, "momentum").when).toEqual([{ on: null, written: "optimizer", values: ["sgd"] }]);
  });

  it("keep their bounds when their type is changed", () => {
    const rows = rowsOf({ x: { type: "float", low: 0.6, high: 9, step: 0.5 } });
    const space = writeSpace(rows.map((each) => retyped(each, "int")));
    expect(space["x"]).toEqual({ type: "int", low: 1, high: 9, step: 1 });
  });
});

describe("problemsOfRows", () => {
  const problems = (space: unknown) =>
    problemsOfRows(rowsOf(space)).map(({ field, problem }) => `${field}: ${problem}`);

  it.each([
    [{ x: { type: "float", low: 2, high: 1 } }, "low: Low is above high"],
    [{ x: { type: "float", low: 0, high: 1, log: true } }, "low: A log scale begins above 0"],
    [{ x: { type: "float", low: 0, high: 1, step: 0 } }, "step: A step is above 0"],
    [{ x: { type: "float", low: 1, high: 9, step: 1, log: true } }, "step: Steps do not go with a log scale"],
    [{ x: { type: "int", low: 1, high: 2.5 } }, "high: An int has whole numbers"],
    [{ x: { type: "int", low: "1e-", high: 2 } }, "low: This is no number"],
    [{ x: [] }, "values: Name at least one value"],
    [{ x: { type: "float", low: 0, high: 1, when: { y: 1 } } }, "when: There is no parameter y"],
    [
      { y: { type: "float", low: 0, high: 1 }, x: { type: "constant", value: 1, when: { y: 1 } } },
      "when: y is a float, whose values cannot be named",
    ],
    [{ y: ["a"], x: { type: "constant", value: 1, when: { y: "b" } } }, "when: y is never b"],
    [
      { y: { type: "int", low: 1, high: 9, step: 2 }, x: { type: "constant", value: 1, when: { y: [3, 4] } } },
      "when: y is never 4",
    ],
  ])("sees in %j: %s", (space, problem) => {
    expect(problems(space)).toEqual([problem]);
  });

  it("sees conditions that go in a circle", () => {
    const space = {
      a: { type: "choice", values: [1], when: { b: 1 } },
      b: { type: "choice", values: [1], when: { a: 1 } },
    };
    expect(problems(space)).toContain("when: This goes in a circle: a needs b needs a");
  });

  it("has nothing to say of what is right", () => {
    for (const name of ["ranges, steps and scales", "short and long spellings", "nested groups and odd names"])
      expect(problems(SPACES[name])).toEqual([]);
  });
});
