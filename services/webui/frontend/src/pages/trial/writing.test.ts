import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { flagsOf, flat, jsonOf, yamlOf } from "./writing";

const PARAMS = {
  lr: 1e-7,
  model: { depth: 3, "a.b": "it's" },
  words: "yes",
  list: [1, "two", null],
  empty: {},
  on: true,
  text: "two words: #x",
};

describe("params that are copied", () => {
  it("come back from YAML as they were", () => {
    expect(parse(yamlOf(PARAMS))).toEqual(PARAMS);
    expect(parse(yamlOf(PARAMS), { version: "1.1" })).toEqual(PARAMS);
  });

  it("come back from JSON as they were", () => {
    expect(JSON.parse(jsonOf(PARAMS))).toEqual(PARAMS);
  });

  it("are flags that a shell takes as they are", () => {
    expect(flagsOf({ lr: 0.1, model: { depth: 3 }, note: "it's", flag: true })).toBe(
      String.raw`--lr=0.1 --model.depth=3 '--note=it'\''s' --flag=true`,
    );
  });

  it("have dots of their keys escaped in their names", () => {
    expect(flat(PARAMS).map(([name]) => name)).toContain(String.raw`model.a\.b`);
  });
});
