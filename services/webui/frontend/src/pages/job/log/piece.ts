// Pieces of a log are cut by bytes, also in the middle of a character: here such a piece is made one
// of whole characters, and bytes are counted in texts.
import type { LogPiece } from "../../../api/client";

const BROKEN = "\ufffd"; // stands for what could not be read as UTF-8

/** How many bytes of UTF-8 a text is. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // A pair of surrogates is four bytes: two for each of its halves.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** What of the text stands behind so many of its bytes. */
export function behindBytes(text: string, bytes: number): string {
  let [at, passed] = [0, 0];
  while (at < text.length && passed < bytes) {
    const width = (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    passed += byteLength(text.slice(at, at + width));
    at += width;
  }
  return text.slice(at);
}

/** The piece without the rests of characters at its ends; they are in the pieces beside it. */
export function wholePiece(piece: LogPiece): LogPiece {
  let { text, offset, next } = piece;
  // A character's later bytes are, alone, replaced one by one.
  for (let cut = 0; cut < 3 && offset > 0 && text.startsWith(BROKEN); cut++) {
    text = text.slice(1);
    offset += 1;
  }
  if (text.endsWith(BROKEN)) {
    const rest = next - offset - byteLength(text.slice(0, -1));
    if (rest >= 1 && rest <= 3) {
      text = text.slice(0, -1);
      next -= rest;
    }
  }
  return { ...piece, text, offset, next };
}
