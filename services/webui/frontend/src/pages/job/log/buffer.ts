// The part of a log that is held in memory: a window of whole lines, of a bounded size, that moves
// with its reader. A log may be larger than any browser can hold.
import type { LogPiece } from "../../../api/client";
import { LineReader, type Line } from "./lines";
import { behindBytes, byteLength, wholePiece } from "./piece";

/** Characters; a line counts for a little more than its text. */
export const MOST_HELD = 2_000_000;
const OF_A_LINE = 40;
const KEPT_AT_CUT = 0.9; // cutting a little more at once is cheaper than cutting at every line

export class LogBuffer {
  /** Where the lines begin in the log, and how far they go, in bytes. */
  from = 0;
  to = 0;
  /** How far the log goes, as far as is known. */
  end = 0;
  /** Nothing comes any more. */
  isOver = false;
  #lines: Line[] = [];
  #open: Line | null = null;
  #reader = new LineReader(0, 0);
  #held = 0;
  #isFollowed = true;
  #version = 0;
  readonly #listeners = new Set<() => void>();
  readonly #most: number;

  constructor(first: LogPiece, most = MOST_HELD) {
    this.#most = most;
    this.#fill(first);
  }

  get count(): number {
    return this.#lines.length + (this.#open ? 1 : 0);
  }

  line(index: number): Line | undefined {
    return index < this.#lines.length ? this.#lines[index] : (this.#open ?? undefined);
  }

  /** Whether the log goes on behind the lines that are held. */
  get isBehind(): boolean {
    return this.to < this.end;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly version = (): number => this.#version;

  /** Whether somebody reads the end: then old lines go for new ones, else the new ones have to wait. */
  follow(isFollowed: boolean): void {
    this.#isFollowed = isFollowed;
  }

  /** What was written behind the lines, as the feed tells it: once, twice, or after a gap. */
  append(text: string, offset: number, next: number): void {
    this.end = Math.max(this.end, next);
    const isFull = !this.#isFollowed && this.#held > this.#most;
    if (offset <= this.to && next > this.to && !isFull) {
      this.#take(offset < this.to ? behindBytes(text, this.to - offset) : text, next);
      if (this.#isFollowed) this.#dropFirst();
    }
    this.#tell();
  }

  over(end: number): void {
    this.isOver = true;
    this.end = Math.max(this.end, end);
    this.#tell();
  }

  /** What stands directly behind the lines, asked for by the reader; old lines go for it. */
  later(piece: LogPiece): void {
    const { text, offset, next } = wholePiece(piece);
    if (offset === this.to && next > offset) {
      this.#take(text, next);
      this.#dropFirst();
    } else this.end = this.isOver ? this.to : this.end; // there was no more of it
    this.#tell();
  }

  /** What stands directly before the lines; how many lines that is. The last lines may go for it. */
  earlier(piece: LogPiece): number {
    const { text, offset, next } = lined(wholePiece(piece));
    if (next !== this.from) return 0;
    const reader = new LineReader(offset, 0);
    const lines = reader.take(text, offset);
    const open = reader.open();
    if (open) lines.push(open);
    const first = (this.line(0)?.id ?? 0) - lines.length;
    for (const [index, line] of lines.entries()) line.id = first + index;
    this.#lines = [...lines, ...this.#lines];
    this.#held += sizeOf(lines);
    this.from = offset;
    if (this.#held > this.#most) this.#dropLast();
    this.#tell();
    return lines.length;
  }

  /** Another part of the log in the place of the one that is held. */
  show(piece: LogPiece): void {
    this.#fill(piece);
    this.#tell();
  }

  #fill(piece: LogPiece): void {
    const { text, offset, next } = lined(wholePiece(piece));
    const id = (this.line(this.count - 1)?.id ?? 0) + 1;
    [this.#lines, this.#open, this.#held] = [[], null, 0];
    [this.from, this.to, this.end] = [offset, offset, Math.max(this.end, next)];
    this.#reader = new LineReader(offset, id);
    this.#take(text, next);
  }

  #take(text: string, next: number): void {
    const lines = this.#reader.take(text, this.to);
    for (const line of lines) this.#lines.push(line);
    this.#open = this.#reader.open();
    this.#held += sizeOf(lines);
    this.to = next;
    this.end = Math.max(this.end, next);
  }

  #dropFirst(): void {
    if (this.#held <= this.#most) return;
    let count = 0;
    while (count < this.#lines.length && this.#held > this.#most * KEPT_AT_CUT)
      this.#held -= sizeOf(this.#lines.slice(count, ++count));
    this.#lines = this.#lines.slice(count);
    this.from = this.line(0)?.at ?? this.to;
  }

  #dropLast(): void {
    let last: Line | undefined = this.#open ?? undefined;
    while (this.#lines.length > 1 && this.#held > this.#most * KEPT_AT_CUT) {
      last = this.#lines.pop();
      if (last) this.#held -= sizeOf([last]);
    }
    this.#open = null;
    this.to = last?.at ?? this.to;
    this.#reader = new LineReader(this.to, (this.#lines.at(-1)?.id ?? 0) + 1);
  }

  #tell(): void {
    this.#version += 1;
    for (const each of this.#listeners) each();
  }
}

const sizeOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, line) => sum + line.text.length + OF_A_LINE, 0);

/** The piece without the rest of a line at its beginning, where it holds any whole line. */
function lined(piece: LogPiece): LogPiece {
  const end = piece.text.indexOf("\n") + 1;
  if (piece.offset === 0 || !end || end === piece.text.length) return piece;
  const head = piece.text.slice(0, end);
  return { ...piece, text: piece.text.slice(end), offset: piece.offset + byteLength(head) };
}
