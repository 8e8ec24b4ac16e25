import { describe, expect, it } from "vitest";

import { findAll, MOST_FOUND, partsOf, patternOf } from "./search";

const lineOf = (all: string[]) => (index: number) => ({ id: index, at: 0, text: all[index] ?? "", runs: [] });
const search = (all: string[], text: string, isRegex = false) => {
  const pattern = patternOf(text, isRegex);
  return pattern instanceof RegExp ? findAll(all.length, lineOf(all), pattern) : pattern;
};

describe("searching a log", () => {
  it("finds every place, whatever the case", () => {
    expect(search(["Loss loss", "", "gloss"], "loss")).toEqual([
      { line: 0, from: 0, to: 4 },
      { line: 0, from: 5, to: 9 },
      { line: 2, from: 1, to: 5 },
    ]);
  });

  it("takes a text as it is, and a regular expression only where that is asked for", () => {
    expect(search(["a.b", "acb"], "a.b")).toHaveLength(1);
    expect(search(["a.b", "acb"], "a.b", true)).toHaveLength(2);
  });

  it("says so where a regular expression is none", () => {
    expect(search([], "(", true)).toBe("This is no regular expression");
    expect(search([], "(")).toEqual([]);
    expect(search([], "")).toBeNull();
  });

  it("finds nothing in an expression that fits everywhere, and ends at a bound", () => {
    expect(search(["abc"], "x*", true)).toEqual([]);
    expect(search(["a".repeat(2 * MOST_FOUND)], "a")).toHaveLength(MOST_FOUND);
  });

  it("cuts a line where its look changes and where matches are", () => {
    const parts = partsOf("abcdef", [{ from: 2, style: "red" }, { from: 4, style: "blue" }], [{ from: 1, to: 3 }]);
    expect(parts.map(({ text, style, match }) => [text, style, match])).toEqual([
      ["a", null, -1],
      ["b", null, 0],
      ["c", "red", 0],
      ["d", "red", -1],
      ["ef", "blue", -1],
    ]);
  });
});
