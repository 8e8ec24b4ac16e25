import { describe, expect, it } from "vitest";

import { parametersOf } from "../../space/outline";
import * as samples from "../../testing/samples";
import { activeOf, draftOf, optionsOf, paramsOf, partOf, partsOf, problemsOf } from "./points";

const SPACE = parametersOf({
  lr: { type: "float", low: 0.001, high: 0.1, log: true },
  dropout: { type: "float", low: 0, high: 0.5, step: 0.05 },
  kind: { type: "choice", values: ["adam", 3, null] },
  epochs: { type: "constant", value: 12 },
  model: {
    depth: { type: "int", low: 1, high: 4, when: { kind: ["adam"] } },
    width: { type: "int", low: 1, high: 9, when: { ".model.depth": [2] } },
  },
});

const draft = (changes: Record<string, string> = {}) => ({
  ...draftOf(SPACE, [
    ["lr", 0.01],
    ["dropout", 0.15],
    ["kind", "adam"],
    ["model.depth", 3],
  ]),
  ...changes,
});

describe("a point in a form", () => {
  it("becomes the params that targets read", () => {
    expect(problemsOf(SPACE, draft())).toEqual({});
    const params = { lr: 0.01, dropout: 0.15, kind: "adam", epochs: 12, model: { depth: 3 } };
    expect(paramsOf(SPACE, draft())).toEqual(params);
  });

  it("has only the parameters whose conditions hold, also of conditions of conditions", () => {
    const names = (changes: Record<string, string>) => activeOf(SPACE, draft(changes)).map((each) => each.name);
    expect(names({})).not.toContain("model.width");
    expect(names({ "model.depth": "2" })).toContain("model.width");
    expect(names({ "model.depth": "2", kind: "3" })).toEqual(["lr", "dropout", "kind", "epochs"]);
  });

  it("says of each number what to do about it", () => {
    expect(problemsOf(SPACE, draft({ lr: "5" }))).toEqual({ lr: "Give a number from 0.001 to 0.1." });
    expect(problemsOf(SPACE, draft({ lr: "fast" }))).toEqual({ lr: "Give a number." });
    expect(problemsOf(SPACE, draft({ lr: " " }))).toEqual({ lr: "Give a value." });
    expect(problemsOf(SPACE, draft({ "model.depth": "1.5" }))).toEqual({ "model.depth": "Give a whole number." });
    expect(problemsOf(SPACE, draft({ dropout: "0.07" }))).toEqual({
      dropout: "Give a number from 0 to 0.5 in steps of 0.05, such as 0.05.",
    });
  });

  it("takes every step, whatever floats make of it", () => {
    for (let step = 0; step <= 10; step++)
      expect(problemsOf(SPACE, draft({ dropout: String(step * 0.05) }))).toEqual({});
  });

  it("offers the values of a choice, whatever they are", () => {
    const kind = SPACE.find((each) => each.name === "kind");
    expect(kind && optionsOf(kind).map((each) => each.label)).toEqual(["adam", "3", "null"]);
  });

  it("finds the part of a union that values are of", () => {
    const parts = partsOf([
      { a: { type: "float", low: 0, high: 1 } },
      { a: { type: "float", low: 5, high: 9 }, b: { type: "int", low: 0, high: 3 } },
    ]);
    expect(partOf(parts, [["a", 0.5]])).toBe(0);
    expect(partOf(parts, [["a", 6], ["b", 1]])).toBe(1);
    expect(partsOf(samples.spec().space)).toHaveLength(1);
  });
});
