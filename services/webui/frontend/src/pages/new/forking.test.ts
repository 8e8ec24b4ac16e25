import { describe, expect, it } from "vitest";

import { ApiProblem } from "../../api/problem";
import * as samples from "../../testing/samples";
import { documentOf } from "./cloning";
import { forkOf, mergePatch, momentIn, ofDraft } from "./forking";

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
  const moment = { at: undefined, afterJob: undefined, results: true };

  it("changes nothing where nothing was edited", () => {
    const spec = samples.spec();
    expect(forkOf(spec, documentOf(spec, ""), moment).changes).toEqual({});
  });

  it("names one moment", () => {
    const spec = samples.spec();
    const document = documentOf(spec, "");
    expect(forkOf(spec, document, { ...moment, at: 5 })).toMatchObject({ at: 5, after_job: null });
    expect(forkOf(spec, document, { ...moment, afterJob: 7 })).toMatchObject({ at: null, after_job: 7 });
  });
});

describe("momentIn", () => {
  it.each([
    ["", { at: undefined, afterJob: undefined, results: true }],
    ["at=17", { at: 17, afterJob: undefined, results: true }],
    ["at=17&after=3", { at: undefined, afterJob: 3, results: true }],
    ["at=soon&results=no", { at: undefined, afterJob: undefined, results: false }],
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
