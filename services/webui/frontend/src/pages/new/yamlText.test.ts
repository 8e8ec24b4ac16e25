import { describe, expect, it } from "vitest";

import { amendYaml, lineOf, readYaml, writeYaml } from "./yamlText";

const DOCUMENT = {
  name: "digits",
  image: "team/digits:1.2",
  command: ["python", "train.py", "--fast"],
  space: {
    lr: { type: "float", low: 0.00001, high: 0.1, log: true },
    optimizer: ["adam", "sgd"],
    odd: ["1", 1, "true", true, null, "null", "1e-5", "a, b", " x", "", "yes", "2024-01-01"],
    momentum: { type: "float", low: 0, high: 0.99, when: { optimizer: "sgd" } },
    model: { depth: { type: "int", low: 1, high: 4, when: { optimizer: ["adam", "sgd"] } }, "\\when": 3 },
    shape: { type: "constant", value: { a: [1, { b: null }] } },
  },
  environment: { SEED: "7", MODE: "fast" },
  budget: { jobs: 30, wall_time: "2h" },
  notes: "# Why\n\nBecause: it is *needed*.\n",
};
const documentOf = (text: string) => {
  const read = readYaml(text);
  if ("error" in read) throw new Error(`line ${read.error.line}: ${read.error.problem}`);
  return read.document;
};

describe("writeYaml", () => {
  it("writes what is read back as the same document, whatever its texts look like", () => {
    expect(documentOf(writeYaml(DOCUMENT))).toEqual(DOCUMENT);
  });

  it("writes a parameter on one line", () => {
    expect(writeYaml(DOCUMENT)).toContain("lr: {type: float, low: 0.00001, high: 0.1, log: true}");
  });

  it("repeats equal parts instead of naming them by anchors", () => {
    const part = { type: "int", low: 1, high: 2 };
    const text = writeYaml({ space: { a: part, b: part } });
    expect(text).not.toContain("&");
    expect(documentOf(text)).toEqual({ space: { a: part, b: part } });
  });
});

describe("readYaml", () => {
  it.each([
    ["name: a\nspace: {lr: [1, 2}\n", 2],
    ["name: a\nname: b\n", 2],
    ["name: a\nspace:\n  x: .nan\n", 3],
    ["name: a\nspace:\n  x: 12345678901234567890\n", 3],
    ["- one\n", 1],
    ["", 1],
  ])("says in which line %j is wrong", (text, line) => {
    const read = readYaml(text);
    expect("error" in read && read.error.line).toBe(line);
  });
});

describe("amendYaml", () => {
  const TYPED = `# my trial
name: digits   # short
space:
  # the usual range
  lr: {type: float, low: 1.0e-5, high: 1.0, log: true}
  layers: [2, 3]
budget: {jobs: 10}
`;

  it("keeps comments, order and layout of what did not change", () => {
    const wanted = { ...documentOf(TYPED), name: "letters", tags: ["svm"] };
    const text = amendYaml(TYPED, wanted);
    expect(text).toContain("# my trial");
    expect(text).toContain("name: letters # short");
    expect(text).toContain("# the usual range\n  lr: {type: float, low: 1e-5, high: 1.0, log: true}\n  layers: [2, 3]");
    expect(documentOf(text)).toEqual(wanted);
  });

  it("gives back the very text where it says the document already", () => {
    expect(amendYaml(TYPED, documentOf(TYPED))).toBe(TYPED);
  });

  it("takes away, adds and changes fields at any depth", () => {
    const wanted = {
      name: "digits",
      space: { lr: { type: "float", low: 0.001, high: 1 }, units: { type: "int", low: 1, high: 9 } },
      budget: { jobs: 10, wall_time: "1h" },
    };
    expect(documentOf(amendYaml(TYPED, wanted))).toEqual(wanted);
  });

  it("writes anew where an alias stands for several places", () => {
    const text = "a: &one {x: 1}\nb: *one\n";
    expect(documentOf(amendYaml(text, { a: { x: 2 }, b: { x: 1 } }))).toEqual({ a: { x: 2 }, b: { x: 1 } });
  });

  it("replaces a text that cannot be read", () => {
    expect(documentOf(amendYaml("name: [", { name: "a" }))).toEqual({ name: "a" });
  });
});

describe("lineOf", () => {
  const TEXT = "name: a\nspace:\n  lr:\n    type: float\n    low: 2\n  k:\n    - 1\n    - {}\n";

  it.each([
    ["space.lr.low", 5],
    ["space.lr.high", 4],
    ["space.k[1]", 8],
    ["budget.jobs", null],
  ])("finds %s", (field, line) => {
    expect(lineOf(TEXT, field)).toBe(line);
  });
});
