import { describe, expect, it, vi } from "vitest";

import { LogBuffer } from "./buffer";

const piece = (text: string, offset = 0) => ({ text, offset, next: offset + text.length, attempt: 1 });
const lines = (buffer: LogBuffer) => Array.from({ length: buffer.count }, (_, index) => buffer.line(index)?.text);
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${String(from + index).padStart(6, "0")}\n`).join("");

describe("the part of a log in memory", () => {
  it("begins with a whole line where the log began before", () => {
    const buffer = new LogBuffer(piece("st of a line\none\ntwo", 50));
    expect(lines(buffer)).toEqual(["one", "two"]);
    expect(buffer.from).toBe(63);
  });

  it("takes what is written behind it and tells so", () => {
    const buffer = new LogBuffer(piece("one\ntw"));
    const listener = vi.fn();
    buffer.subscribe(listener);
    buffer.append("o\nthree\n", 6, 14);
    expect(lines(buffer)).toEqual(["one", "two", "three"]);
    expect(listener).toHaveBeenCalledOnce();
  });

  it("doubles nothing that it hears twice, and takes the new part of what it knows in part", () => {
    const buffer = new LogBuffer(piece("one\ntwo\n"));
    buffer.append("two\n", 4, 8);
    buffer.append("two\nthree\n", 4, 14);
    expect(lines(buffer)).toEqual(["one", "two", "three"]);
  });

  it("says that the log goes on where it missed a part", () => {
    const buffer = new LogBuffer(piece("one\n"));
    buffer.append("far\n", 900, 904);
    expect(lines(buffer)).toEqual(["one"]);
    expect(buffer.isBehind).toBe(true);
    buffer.later(piece(`${"x".repeat(895)}\nfar\n`, 4));
    expect(lines(buffer).at(-1)).toBe("far");
    expect(buffer.isBehind).toBe(false);
  });

  it("stays within its bounds while a log of any size is followed", () => {
    const buffer = new LogBuffer(piece(""), 100_000);
    let at = 0;
    for (let part = 0; part < 400; part++) {
      const text = numbered(part * 1_000, (part + 1) * 1_000);
      buffer.append(text, at, at + text.length);
      at += text.length;
    }
    expect(buffer.count).toBeLessThan(2_000);
    expect(buffer.line(buffer.count - 1)?.text).toBe("line 399999");
    expect(buffer.line(0)?.text).toBe(`line ${String(buffer.from / 12).padStart(6, "0")}`);
  });

  it("takes nothing from people who read further up: the new lines have to wait", () => {
    const buffer = new LogBuffer(piece(numbered(0, 1_000)), 20_000);
    buffer.follow(false);
    const first = buffer.line(0)?.text;
    const [at, text] = [buffer.to, numbered(1_000, 2_000)];
    buffer.append(text, at, at + text.length);
    buffer.append(text, at + text.length, at + 2 * text.length);
    expect(buffer.line(0)?.text).toBe(first);
    expect(buffer.end).toBe(at + 2 * text.length);
  });

  it("reads backwards as far as it goes, and lets go of the end for it", () => {
    const whole = numbered(0, 10_000);
    const buffer = new LogBuffer(piece(whole.slice(-12_000), whole.length - 12_000), 100_000);
    expect(buffer.line(0)?.text).toBe("line 009001"); // whether a piece begins with a line is not known
    const ids = [buffer.line(0)?.id];
    for (let reads = 0; buffer.from > 0 && reads < 20; reads++) {
      const offset = Math.max(0, buffer.from - 12_000);
      buffer.earlier(piece(whole.slice(offset, buffer.from), offset));
      ids.push(buffer.line(0)?.id);
    }
    expect(buffer.from).toBe(0);
    expect(lines(buffer).slice(0, 2)).toEqual(["line 000000", "line 000001"]);
    expect(buffer.count).toBeLessThan(2_000);
    expect(new Set(ids).size).toBe(ids.length);
    expect(buffer.isBehind).toBe(true);
    buffer.later(piece(whole.slice(buffer.to, buffer.to + 1_200), buffer.to));
    expect(lines(buffer)).toEqual([...new Set(lines(buffer))].toSorted());
  });

  it("passes over an earlier piece that does not fit", () => {
    const buffer = new LogBuffer(piece("rest\none\n", 500));
    expect(buffer.earlier(piece("other\n", 20))).toBe(0);
    expect(lines(buffer)).toEqual(["one"]);
  });

  it("goes to the end with lines of new names", () => {
    const buffer = new LogBuffer(piece("one\ntwo\n"));
    const known = buffer.line(0)?.id;
    buffer.show(piece("x\nlast\n", 5_000));
    expect(lines(buffer)).toEqual(["last"]);
    expect(buffer.line(0)?.id).not.toBe(known);
  });

  it("is over when nothing comes any more", () => {
    const buffer = new LogBuffer(piece("one\n"));
    buffer.over(4);
    expect(buffer).toMatchObject({ isOver: true, isBehind: false });
  });
});
