// What can be done with the jobs that people picked, told from the table.
import type { JobTable } from "../../jobs/table";

const UNSUCCESSFUL = new Set(["failed", "cancelled", "pruned"]);

export const canStop = (table: JobTable, row: number): boolean =>
  ["pending", "running"].includes(table.stateOf(row));

export const isRetracted = (table: JobTable, row: number): boolean => table.retracted.get(row) === 1;

export const canRetract = (table: JobTable, row: number): boolean =>
  table.stateOf(row) === "succeeded" && !isRetracted(table, row);

export const canRetry = (table: JobTable, row: number): boolean =>
  UNSUCCESSFUL.has(table.stateOf(row)) || isRetracted(table, row);

export interface Line {
  name: string;
  /** Of each job; undefined: the parameter is not there. */
  values: unknown[];
  isDifferent: boolean;
}

/** The params and metrics of some jobs side by side. */
export function linesOf(table: JobTable, rows: readonly number[]): Line[] {
  const params = rows.map((row) => new Map(table.paramsOf(row)));
  const lines = table.params.map(({ parameter: { name } }) => lineOf(name, params.map((each) => each.get(name))));
  const metrics = [...table.metrics].map(([name, column]) =>
    lineOf(name, rows.map((row) => {
      const value = column.get(row);
      return Number.isNaN(value) ? undefined : value;
    })),
  );
  return [...lines, ...metrics].filter(({ values }) => values.some((each) => each !== undefined));
}

export function lineOf(name: string, values: unknown[]): Line {
  const [first, ...others] = values.map((each) => JSON.stringify(each));
  return { name, values, isDifferent: others.some((each) => each !== first) };
}
