// How many jobs have each value of a category.
import type { Column } from "./filters";
import type { JobTable } from "./table";

export interface Count {
  /** Empty: those that have none. */
  label: string;
  count: number;
}

/** The values that there are, in the order of their codes; those that have none last. */
export function countsOf(table: JobTable, column: Column): Count[] {
  const counts = new Array<number>(column.labels.length).fill(0);
  let none = 0;
  for (let row = 0; row < table.size; row++) {
    if (!table.has(row)) continue;
    const code = column.number(row);
    if (Number.isNaN(code)) none += 1;
    else counts[code] = (counts[code] ?? 0) + 1;
  }
  const found = column.labels.map((label, code) => ({ label, count: counts[code] ?? 0 }));
  return none ? [...found, { label: "", count: none }] : found;
}
