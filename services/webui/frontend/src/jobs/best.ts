// Which job is the best of a table.
import type { JobTable } from "./table";

/** The row of the best loss, of equal ones the first; undefined: no job has one. */
export function bestOf({ loss, size }: JobTable, objective: string): number | undefined {
  const sign = objective === "maximize" ? -1 : 1;
  let [best, least] = [-1, Infinity];
  for (let row = 0; row < size; row++) {
    const value = sign * loss.get(row);
    if (value < least) [best, least] = [row, value];
  }
  return best < 0 ? undefined : best;
}
