// What every plot of a trial is made of, and the questions that all of them ask of it.
import type { Column, Filter } from "../jobs/filters";
import type { JobTable } from "../jobs/table";
import type { Parameter } from "../space/outline";

/** Is made anew with every change that a plot is to show. */
export interface PlotInput {
  table: JobTable;
  columns: readonly Column[];
  /** The jobs that the filters let through; the others are left out, and the scales stay. */
  rows: readonly number[];
  /** The jobs that people picked: drawn in every plot, also where a filter leaves them out. */
  selected: ReadonlySet<number>;
  parameters: readonly Parameter[];
  objective: "minimize" | "maximize";
  /** At which the trial ends; null: at none. */
  targetLoss: number | null;
}

/** The loss that counts; NaN: the job has none. */
export const lossOf = (table: JobTable, row: number): number =>
  table.retracted.get(row) === 1 ? NaN : table.loss.get(row);

export const isBetter = (objective: PlotInput["objective"], loss: number, than: number): boolean =>
  objective === "maximize" ? loss > than : loss < than;

/** The best of some jobs; undefined: none has a loss. */
export function bestOf({ table, objective }: PlotInput, rows: Iterable<number>): number | undefined {
  let best: number | undefined;
  for (const row of rows) {
    const loss = lossOf(table, row);
    if (!Number.isNaN(loss) && (best === undefined || isBetter(objective, loss, lossOf(table, best)))) best = row;
  }
  return best;
}

/** All jobs that are loaded, filtered or not: scales are made of them. */
export function* allRows(table: JobTable): Generator<number> {
  for (let row = 0; row < table.size; row++) if (table.has(row)) yield row;
}

export const columnOf = (input: PlotInput, id: string): Column | undefined =>
  input.columns.find((each) => each.id === id);

/** The parameters that can differ from job to job. */
export const searched = (input: PlotInput): Parameter[] =>
  input.parameters.filter(({ kind, values }) => kind !== "constant" && !(kind === "choice" && values.length < 2));

const DIGITS = 5;

/** A range as people would write it: the ends are rounded outwards, so no job of it is lost. */
export function rangeFilter(column: string, [low, high]: readonly [number, number]): Filter[] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [];
  const unit = 10 ** (Math.floor(Math.log10(Math.max(high - low, Number.MIN_VALUE))) - DIGITS + 3);
  if (!(unit > 0)) return [{ column, low, high }];
  const tidy = (value: number) => Number(value.toPrecision(12));
  return [{ column, low: tidy(Math.floor(low / unit) * unit), high: tidy(Math.ceil(high / unit) * unit) }];
}

/** The filters after a brush: of the columns that it covers only its own. */
export function brushed(filters: readonly Filter[], columns: readonly string[], found: readonly Filter[]): Filter[] {
  return [...filters.filter((each) => !columns.includes(each.column)), ...found];
}
