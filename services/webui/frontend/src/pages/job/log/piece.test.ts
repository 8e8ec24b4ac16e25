import { describe, expect, it } from "vitest";

import { behindBytes, byteLength, wholePiece } from "./piece";

const encoder = new TextEncoder();

/** As the gateway cuts a log and a browser reads the piece. */
function cut(log: string, from: number, to: number) {
  const bytes = encoder.encode(log).slice(from, to);
  return { text: new TextDecoder().decode(bytes), offset: from, next: from + bytes.length, attempt: 1 };
}

describe("pieces of a log", () => {
  it("counts bytes as UTF-8 does", () => {
    for (const text of ["", "loss", "größer", "日本語", "🚀 up", "a\u07ff\u0800"])
      expect(byteLength(text)).toBe(encoder.encode(text).length);
  });

  it("finds what stands behind so many bytes", () => {
    expect(behindBytes("aö🚀b", 3)).toBe("🚀b");
    expect(behindBytes("aö🚀b", 7)).toBe("b");
    expect(behindBytes("ab", 9)).toBe("");
  });

  it("makes whole characters of every cut, and leaves none out between two pieces", () => {
    const log = "größer ✓ 日本語 🚀 end";
    const end = encoder.encode(log).length;
    for (let at = 1; at < end; at++) {
      const head = wholePiece(cut(log, 0, at));
      expect(head.text).not.toContain("\ufffd");
      const tail = wholePiece(cut(log, head.next, end));
      expect(head.text + tail.text).toBe(log);
    }
  });

  it("begins a piece behind a character that began before it", () => {
    const piece = wholePiece(cut("日本", 1, 6));
    expect(piece).toMatchObject({ text: "本", offset: 3, next: 6 });
  });

  it("keeps a replacement character that stands in the log itself", () => {
    expect(wholePiece({ text: "a\ufffd", offset: 0, next: 9, attempt: 1 }).text).toBe("a\ufffd");
  });
});
