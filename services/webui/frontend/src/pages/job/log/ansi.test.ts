import { describe, expect, it } from "vitest";

import { decode, PLAIN, restyled } from "./ansi";

const ESC = "\x1b";

describe("the colours of a log", () => {
  it("leaves plain text alone", () => {
    expect(decode("loss 0.5\twith a tab")).toEqual({ text: "loss 0.5\twith a tab", runs: [], end: PLAIN });
  });

  it("takes colours out of the text and says where they begin and end", () => {
    const { text, runs, end } = decode(`a ${ESC}[31;1mred${ESC}[0m b`);
    expect(text).toBe("a red b");
    expect(runs).toEqual([
      { from: 2, style: { ...PLAIN, fg: 1, bold: true } },
      { from: 5, style: PLAIN },
    ]);
    expect(end).toBe(PLAIN);
  });

  it("goes on in the colour of the line before", () => {
    const green = decode(`${ESC}[92mgreen`).end;
    expect(green.fg).toBe(10);
    expect(decode("still green", green).runs).toEqual([{ from: 0, style: green }]);
  });

  it("keeps the last of several colours at the same place", () => {
    expect(decode(`${ESC}[31m${ESC}[32mx`).runs).toEqual([{ from: 0, style: { ...PLAIN, fg: 2 } }]);
  });

  it("takes away what moves cursors, sets titles, makes links, or rings", () => {
    const raw = `${ESC}[2K${ESC}[1A${ESC}]0;title\x07x${ESC}]8;;http://a${ESC}\\y${ESC}(Bz\x07${ESC}[?25l${ESC}7!`;
    expect(decode(raw).text).toBe("xyz!");
  });

  it("is not confused by a sequence that is cut off", () => {
    expect(decode(`abc${ESC}`).text).toBe("abc");
    expect(decode(`${ESC}]0;never ends`).text).toBe("");
  });

  it("reads the first sixteen of 256 colours, and passes over the others with all their numbers", () => {
    expect(restyled(PLAIN, "38;5;9").fg).toBe(9);
    expect(restyled(PLAIN, "38;5;200;1")).toEqual({ ...PLAIN, bold: true });
    expect(restyled(PLAIN, "48;2;10;20;30;4")).toEqual({ ...PLAIN, underline: true });
  });

  it("ends each property by its own code", () => {
    const all = restyled(PLAIN, "1;2;3;4;7;33;44");
    expect(all).toEqual({ fg: 3, bg: 4, bold: true, dim: true, italic: true, underline: true, inverse: true });
    expect(restyled(all, "22;23;24;27;39;49")).toBe(PLAIN);
    expect(restyled(all, "")).toBe(PLAIN);
  });
});
