import { describe, expect, it } from "vitest";

import { lastState, LineReader, LONGEST_LINE } from "./lines";

const texts = (lines: { text: string }[]) => lines.map((line) => line.text);

describe("the lines of a log", () => {
  it("shows a progress bar as it was last", () => {
    expect(lastState("  0%\r 50%\r100%", true)).toBe("100%");
    expect(lastState("windows\r", true)).toBe("windows");
    expect(lastState("plain", true)).toBe("plain");
  });

  it("lets a bar that goes on be drawn over", () => {
    const reader = new LineReader(0, 0);
    reader.take(" 10%\r", 0);
    expect(reader.open()?.text).toBe(" 10%");
    reader.take(" 20%\r", 5);
    expect(reader.open()?.text).toBe(" 20%");
    expect(texts(reader.take("done\n", 10))).toEqual(["done"]);
    expect(reader.open()).toBeNull();
  });

  it("takes line ends of Windows that are cut between two pieces", () => {
    const reader = new LineReader(0, 0);
    expect(reader.take("one\r", 0)).toEqual([]);
    expect(texts(reader.take("\ntwo\r\n", 4))).toEqual(["one", "two"]);
  });

  it("goes on with a line that was cut anywhere", () => {
    const reader = new LineReader(0, 0);
    const found = ["a\x1b[3", "1mb", "c\nd"].flatMap((text) => reader.take(text, 0));
    expect(texts(found)).toEqual(["abc"]);
    expect(found[0]?.runs[0]).toMatchObject({ from: 1, style: { fg: 1 } });
    expect(reader.open()).toMatchObject({ text: "d", runs: [{ from: 0, style: { fg: 1 } }] });
  });

  it("knows at which byte each line begins", () => {
    const lines = new LineReader(100, 0).take("ö\nabc\nx\n", 100);
    expect(lines.map((line) => line.at)).toEqual([100, 103, 107]);
  });

  it("breaks a line without an end, so that it never has to be read again as a whole", () => {
    const reader = new LineReader(0, 0);
    const lines = reader.take("x".repeat(2 * LONGEST_LINE + 5), 0);
    expect(lines.map((line) => line.text.length)).toEqual([LONGEST_LINE, LONGEST_LINE]);
    expect(reader.open()?.text).toBe("xxxxx");
  });

  it("holds only the last state of a bar that is drawn over a million times", () => {
    const reader = new LineReader(0, 0);
    for (let step = 0; step < 1_000; step++) reader.take(`step ${step}\r`.repeat(100), 0);
    expect(reader.open()?.text).toBe("step 999");
  });
});
