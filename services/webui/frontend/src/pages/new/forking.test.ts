import { describe, expect, it } from "vitest";

import { ApiProblem } from "../../api/problem";
import * as samples from "../../testing/samples";
import { documentOf } from "./cloning";
import { forkOf, lackedRows, mergePatch, momentIn, ofDraft } from "./forking";

describe("mergePatch", () => {
  it.each([
    [{ a: 1 }, { a: 1 }, {}],
    [{ a: 1, b: 2 }, { a: 3 }, { a: 3, b: null }],
    [{ space: { x: { low: 0, high: 1 }, y: 1 } }, { space: { x: { low: 0, high: 2 } } }, { space: { x: { high: 2 }, y: null } }],
    [{ a: [1, 2] }, { a: [1] }, { a: [1] }],
    [{ a: "auto" }, { a: { name: "grid" } }, { a: { name: "grid" } }],
    [{ a: { name: "grid" } }, { a: "auto" }, { a: "auto" }],
    [{}, { a: { b: 1 } }, { a: { b: 1 } }],
  ])("makes %j into %j", (before, after, patch) => {
    expect(mergePatch(before, after)).toEqual(patch);
  });
});

describe("forkOf", () => {
  const moment = { at: undefined, afterJob: undefined, results: true, fill: new Map<string, string>() };

  it("says in full what may have been changed since the trial was submitted, and nothing else", () => {
    const spec = samples.spec();
    const shown = { ...documentOf(spec, ""), budget: { jobs: 12 }, parallelism: 3 };
    expect(forkOf(spec, shown, moment).changes).toEqual({
      budget: { jobs: 12, wall_time: null, target_loss: null, max_failures: null },
      parallelism: 3,
      priority: 0,
    });
  });

  it("names one moment", () => {
    const spec = samples.spec();
    const document = documentOf(spec, "");
    expect(forkOf(spec, document, { ...moment, at: 5 })).toMatchObject({ at: 5, after_job: null });
    expect(forkOf(spec, document, { ...moment, afterJob: 7 })).toMatchObject({ at: null, after_job: 7 });
  });
});

describe("what new parameters were", () => {
  const moment = { at: undefined, afterJob: undefined, results: true };
  const spec = samples.spec();
  const old = documentOf(spec, "");
  const space = {
    ...(old["space"] as object),
    net: { depth: { type: "int", low: 1, high: 9 }, "a\\.b": [true, false] },
    kind: ["1", "x"],
    fixed: 3,
  };

  it("is asked for where the results lack something that is searched", () => {
    expect(lackedRows(spec, old)).toEqual([]);
    const names = lackedRows(spec, { ...old, space }).map(({ name }) => name);
    expect(names).toEqual(["net.depth", "net.a\\.b", "kind"]);
  });

  it("is sent as values of them, nested; nothing else is", () => {
    const fill = new Map([
      ["net.depth", "3"],
      ["net.a\\.b", "false"],
      ["kind", "1"],
      ["gone", "5"],
    ]);
    const sent = forkOf(spec, { ...old, space }, { ...moment, fill }).fill;
    expect(sent).toEqual({ net: { depth: 3, "a.b": false }, kind: "1" });
    expect(forkOf(spec, old, { ...moment, fill }).fill).toEqual({});
  });
});

describe("momentIn", () => {
  const fill = new Map<string, string>();
  it.each([
    ["", { at: undefined, afterJob: undefined, results: true, fill }],
    ["at=17", { at: 17, afterJob: undefined, results: true, fill }],
    ["at=17&after=3", { at: undefined, afterJob: 3, results: true, fill }],
    ["at=soon&results=no", { at: "soon", afterJob: undefined, results: false, fill }],
    ["fill.net.depth=3&fill.x=", { at: undefined, afterJob: undefined, results: true, fill: new Map([["net.depth", "3"]]) }],
  ])("reads %j", (text, moment) => {
    expect(momentIn(new URLSearchParams(text))).toEqual(moment);
  });
});

describe("ofDraft", () => {
  it("names fields as the draft has them", () => {
    const problem = new ApiProblem(422, "no", [
      { field: "changes.space.x", problem: "a" },
      { field: "at", problem: "b" },
    ]);
    expect((ofDraft(problem) as ApiProblem).fields.map(({ field }) => field)).toEqual(["space.x", "at"]);
  });

  it("leaves other errors as they are", () => {
    const error = new Error("gone");
    expect(ofDraft(error)).toBe(error);
  });
});
