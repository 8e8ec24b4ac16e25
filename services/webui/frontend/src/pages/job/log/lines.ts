// From a log's text to its lines: progress bars that were drawn over themselves are shown as they
// were last, colours are taken out of the text, and very long lines are broken.
import { decode, PLAIN, type Run, type Style } from "./ansi";
import { byteLength } from "./piece";

export const LONGEST_LINE = 8_192;

export interface Line {
  /** Stays the same while lines come and go around it. */
  id: number;
  /** Where it begins in the log, in bytes. */
  at: number;
  text: string;
  runs: readonly Run[];
}

/** What is left of a line after all returns to its beginning. */
export function lastState(raw: string, isClosed: boolean): string {
  if (!raw.includes("\r")) return raw;
  const body = raw.replace(/\r+$/, "");
  const text = body.slice(body.lastIndexOf("\r") + 1);
  return isClosed || !raw.endsWith("\r") ? text : `${text}\r`;
}

/** Takes a log's text in order and gives its lines; the last one may go on. */
export class LineReader {
  #raw = "";
  #at: number;
  #style: Style = PLAIN;
  #id: number;

  constructor(at: number, firstId: number) {
    this.#at = at;
    this.#id = firstId;
  }

  /** The lines that are complete with this text, which begins at this byte. */
  take(text: string, offset: number): Line[] {
    const done: Line[] = [];
    let position = offset;
    const parts = text.split("\n");
    const rest = parts.pop() ?? "";
    for (const part of parts) {
      this.#close(this.#raw + part, done);
      position += byteLength(part) + 1;
      [this.#raw, this.#at] = ["", position];
    }
    this.#raw = lastState(this.#raw + rest, false);
    while (this.#raw.length > LONGEST_LINE) {
      const head = this.#raw.slice(0, LONGEST_LINE);
      this.#push(head, done);
      this.#at += byteLength(head);
      this.#raw = this.#raw.slice(LONGEST_LINE);
    }
    return done;
  }

  /** The line that is not complete yet; null: the log ends with a whole line. */
  open(): Line | null {
    if (!this.#raw) return null;
    const { text, runs } = decode(lastState(this.#raw, true), this.#style);
    return { id: this.#id, at: this.#at, text, runs };
  }

  #close(raw: string, into: Line[]): void {
    let rest = lastState(raw, true);
    while (rest.length > LONGEST_LINE) {
      this.#push(rest.slice(0, LONGEST_LINE), into);
      rest = rest.slice(LONGEST_LINE);
    }
    this.#push(rest, into);
  }

  #push(raw: string, into: Line[]): void {
    const { text, runs, end } = decode(raw, this.#style);
    this.#style = end;
    into.push({ id: this.#id++, at: this.#at, text, runs });
  }
}
