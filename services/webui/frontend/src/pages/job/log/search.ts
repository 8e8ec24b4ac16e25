// Finding a text in the lines of a log.
import type { Line } from "./lines";

export const MOST_FOUND = 10_000;

export interface Match {
  line: number;
  from: number;
  to: number;
}

/** What is looked for, or why it cannot be; null: nothing is. */
export function patternOf(text: string, isRegex: boolean): RegExp | string | null {
  if (!text) return null;
  try {
    return new RegExp(isRegex ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "giu");
  } catch {
    return "This is no regular expression";
  }
}

/** All places in order, at most `MOST_FOUND`. */
export function findAll(count: number, line: (index: number) => Line | undefined, pattern: RegExp): Match[] {
  const found: Match[] = [];
  for (let index = 0; index < count; index++)
    for (const match of (line(index)?.text ?? "").matchAll(pattern)) {
      if (match[0]) found.push({ line: index, from: match.index, to: match.index + match[0].length });
      if (found.length >= MOST_FOUND) return found;
    }
  return found;
}

/** A part of a line that looks the same from its beginning to its end. */
export interface Part<S> {
  text: string;
  style: S | null;
  /** Which of the line's matches it is in; -1: none. */
  match: number;
}

/** A line cut where its look changes and where matches begin and end. */
export function partsOf<S>(
  text: string,
  runs: readonly { from: number; style: S }[],
  matches: readonly { from: number; to: number }[],
): Part<S>[] {
  const cuts = new Set([0, text.length]);
  for (const { from } of runs) cuts.add(Math.min(from, text.length));
  for (const { from, to } of matches) cuts.add(from).add(to);
  const places = [...cuts].toSorted((a, b) => a - b);
  return places.slice(0, -1).map((from, index) => ({
    text: text.slice(from, places[index + 1]),
    style: runs.findLast((run) => run.from <= from)?.style ?? null,
    match: matches.findIndex((match) => match.from <= from && from < match.to),
  }));
}
