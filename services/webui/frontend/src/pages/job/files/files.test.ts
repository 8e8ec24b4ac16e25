// How files are listed and shown, by pure functions.
import { describe, expect, it } from "vitest";

import { cellsOf } from "./csv";
import { kindOf, MOST_TEXT, pictureType, pretty } from "./kinds";
import { entriesOf } from "./tree";

describe("kinds of files", () => {
  it.each([
    ["a/plot.PNG", 100, "image"],
    ["a.svg", 100, "image"],
    ["a.json", 100, "json"],
    ["a.csv", 100, "table"],
    ["a.html", 100, "text"],
    ["Makefile", 100, "text"],
    ["model.pt", 100, "none"],
    ["big.txt", MOST_TEXT + 1, "none"],
  ])("%s of %i bytes is shown as %s", (path, size, kind) => {
    expect(kindOf(path, size)).toBe(kind);
  });

  it("take only pictures as pictures", () => {
    expect(pictureType("x.svg")).toBe("image/svg+xml");
    expect(pictureType("x.html")).toBeNull();
  });

  it("make JSON readable, and leave what is none", () => {
    expect(pretty('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(pretty("{broken")).toBe("{broken");
  });
});

describe("tables in texts", () => {
  it("have a head, rows and a bound", () => {
    expect(cellsOf("a,b\n1,2\n3,4\n", ",", 500)).toEqual({ head: ["a", "b"], rows: [["1", "2"], ["3", "4"]], isCut: false });
    expect(cellsOf("a\n1\n2\n3\n", ",", 2)).toEqual({ head: ["a"], rows: [["1"], ["2"]], isCut: true });
  });

  it("hold everything in quotes", () => {
    expect(cellsOf('n,"x, ""y""\nz"\r\n"",2', ",", 9)).toEqual({ head: ["n", 'x, "y"\nz'], rows: [["", "2"]], isCut: false });
  });

  it("keep empty fields, and end where quotes do not", () => {
    expect(cellsOf("a,,c\n,\n", ",", 9).rows).toEqual([["", ""]]);
    expect(cellsOf("a,,c\n,\n", ",", 9).head).toEqual(["a", "", "c"]);
    expect(cellsOf('"never ends', ",", 9).head).toEqual(["never ends"]);
    expect(cellsOf("a\tb", "\t", 9).head).toEqual(["a", "b"]);
    expect(cellsOf("a,", ",", 9).head).toEqual(["a", ""]);
    expect(cellsOf("", ",", 9)).toEqual({ head: [], rows: [], isCut: false });
  });
});

describe("the tree of files", () => {
  const files = ["b.txt", "model/v2/w.bin", "model/v10/w.bin", "a.txt"].map((path) => ({ path, size: 10 }));

  it("shows folders first, by name, with what is in them", () => {
    expect(entriesOf(files, new Set()).map(({ name, depth }) => `${"  ".repeat(depth)}${name}`)).toEqual([
      "model",
      "  v2",
      "    w.bin",
      "  v10",
      "    w.bin",
      "a.txt",
      "b.txt",
    ]);
    expect(entriesOf(files, new Set())[0]).toMatchObject({ kind: "folder", count: 2, size: 20 });
  });

  it("leaves out what is in closed folders", () => {
    expect(entriesOf(files, new Set(["model"])).map(({ name }) => name)).toEqual(["model", "a.txt", "b.txt"]);
  });
});
