// What is looked for in a log, where it was found, and at which of these people are. The text looked
// for stands in the address.
import { useDeferredValue, useMemo, useState } from "react";

import { useQueryState } from "../../../shell/location";
import type { LogBuffer } from "./buffer";
import { findAll, patternOf, type Match } from "./search";

export interface Finding {
  search: string;
  isRegex: boolean;
  problem: string | null;
  /** The matches are those of what was looked for before. */
  isSearching: boolean;
  matches: readonly Match[];
  byLine: ReadonlyMap<number, readonly Match[]>;
  /** The match that people are at. */
  current: Match | undefined;
  place: number;
  look: (search: string, isRegex: boolean) => void;
  /** Goes on; gives the match that people are at then. */
  move: (by: 1 | -1) => Match | undefined;
}

const NOTHING: readonly Match[] = [];

export function useFinding(buffer: LogBuffer, version: number): Finding {
  const [query, change] = useQueryState();
  const [search, isRegex] = [query.get("find") ?? "", query.get("regex") === "1"];
  const [place, setPlace] = useState(-1);
  // Lines may come faster than all of them can be searched: the search may lag behind them.
  const [text, seen] = [useDeferredValue(search), useDeferredValue(version)];
  const pattern = useMemo(() => patternOf(text, isRegex), [text, isRegex]);
  const matches = useMemo(
    () => (pattern instanceof RegExp ? findAll(buffer.count, (index) => buffer.line(index), pattern) : NOTHING),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the buffer is changed in place
    [buffer, pattern, seen],
  );
  const byLine = useMemo(() => {
    const lines = new Map<number, Match[]>();
    for (const match of matches) {
      const known = lines.get(match.line);
      if (known) known.push(match);
      else lines.set(match.line, [match]);
    }
    return lines;
  }, [matches]);
  const at = matches.length ? Math.min(place, matches.length - 1) : -1;
  return {
    search,
    isRegex,
    problem: typeof pattern === "string" ? pattern : null,
    isSearching: search !== text,
    matches,
    byLine,
    current: matches[at],
    place: at,
    look: (next, nextIsRegex) => {
      setPlace(-1);
      change({ find: next, regex: nextIsRegex ? "1" : undefined });
    },
    move: (by) => {
      if (!matches.length) return undefined;
      const next = at < 0 ? (by > 0 ? 0 : matches.length - 1) : (at + by + matches.length) % matches.length;
      setPlace(next);
      return matches[next];
    },
  };
}
