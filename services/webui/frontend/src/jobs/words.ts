// Values and filters of columns as people read them.
import { duration, moment, number } from "../parts/format";
import type { Column, Filter } from "./filters";

/** A number of a column, in its unit. */
export function worded(kind: Column["kind"], value: number): string {
  switch (kind) {
    case "time":
      return moment(value);
    case "seconds":
      return duration(value);
    default:
      return number(value);
  }
}

const MOST = 3; // values; what is longer nobody reads on a chip

/** What a filter demands, without the column's name: `0.01 – 2.5`, `≥ 3`, `rbf, poly`. */
export function demand(filter: Filter, kind: Column["kind"]): string {
  if ("values" in filter) {
    const names = filter.values.map((each) => (each === "" ? "none" : each));
    return names.length > MOST ? `${names.slice(0, MOST).join(", ")} and ${names.length - MOST} more` : names.join(", ");
  }
  const { low, high } = filter;
  const [from, to] = [worded(kind, low), worded(kind, high)];
  if (low === -Infinity) return high === Infinity ? "any" : `≤ ${to}`;
  if (high === Infinity) return `≥ ${from}`;
  return from === to ? from : `${from} – ${to}`;
}
