// How much each parameter decides whether a job is among the best: PED-ANOVA (Watanabe, Bansal, Hutter:
// "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces", IJCAI 2023).
// The importance of a parameter is the Pearson divergence of its density among the best jobs from its
// density among all of them; both are one-dimensional, so 100,000 jobs take no longer than a blink.
//
// What the paper leaves open is chosen so:
// - The baseline is the jobs that are shown, wherever the optimizer went, not the uniform space: where it
//   has not looked nothing is known. Filters thus ask for the importance within a part of the space.
// - The best are a tenth of them, at least ten, and all that tie with the last of these. Only the order of
//   the losses counts.
// - Numbers are counted in cells, on the parameter's own scale (logarithms where it is so), and smoothed by
//   a Gaussian kernel whose width follows Scott's rule for the best jobs, the same for both densities, so
//   that a difference of widths is none of densities. Categories are counted as they are.
// - Few jobs differ from many by chance alone, and by more the more values a parameter has. How much is
//   known (drawing from the baseline without putting back) and is taken off.
// - A parameter that is not in every job counts with the share of the jobs that have it; it is compared
//   among those alone.
import type { Column } from "../../jobs/filters";
import type { Parameter } from "../../space/outline";
import { columnOf, isBetter, lossOf, type PlotInput } from "../input";

export const LEAST_JOBS = 20;
const BEST = 0.1;
const LEAST_BEST = 10;
const CELLS = 64;

export interface Importance {
  parameter: Parameter;
  /** Of all importance, from 0 to 1. */
  share: number;
  /** The divergence, weighted by the share of the jobs that have the parameter. */
  value: number;
}

export type Found =
  | { kind: "few"; missing: number }
  /** All losses are the same. */
  | { kind: "same" }
  | { kind: "found"; jobs: number; best: number; all: Importance[] };

/** Of the jobs that are shown; the most important parameter first. */
export function importancesOf(input: PlotInput, parameters: readonly Parameter[]): Found {
  const { table } = input;
  const rows = input.rows.filter((row) => !Number.isNaN(lossOf(table, row)));
  if (rows.length < LEAST_JOBS) return { kind: "few", missing: LEAST_JOBS - rows.length };
  const isBest = bestOf(numbersOf(rows, (row) => lossOf(table, row)), input.objective);
  const best = isBest.reduce((sum, each) => sum + each, 0);
  if (!best) return { kind: "same" };
  const values = parameters.map((parameter) => {
    const column = columnOf(input, `params.${parameter.name}`);
    return { parameter, value: column ? valueOf(column, parameter, rows, isBest) : 0 };
  });
  const sum = values.reduce((total, { value }) => total + value, 0);
  const all = values.map((each) => ({ ...each, share: sum > 0 ? each.value / sum : 0 }));
  return { kind: "found", jobs: rows.length, best, all: all.sort((a, b) => b.value - a.value) };
}

/** `Float64Array.from` takes several times as long. */
function numbersOf(rows: readonly number[], number: (row: number) => number): Float64Array {
  const found = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) found[i] = number(rows[i] ?? 0);
  return found;
}

/** 1 for a tenth of the losses and what ties with it; for none where that would be all of them. */
function bestOf(losses: Float64Array, objective: PlotInput["objective"]): Float64Array {
  const order = losses.toSorted();
  if (objective === "maximize") order.reverse();
  const last = order[Math.max(LEAST_BEST, Math.ceil(BEST * losses.length)) - 1] ?? NaN;
  // Where even the worst ties with the last of the best, those before it are what stands out.
  const withLast = order.at(-1) !== last;
  return losses.map((loss) => Number(isBetter(objective, loss, last) || (withLast && loss === last)));
}

function valueOf(column: Column, parameter: Parameter, rows: readonly number[], isBest: Float64Array): number {
  const values = numbersOf(rows, (row) => column.number(row));
  const cells = column.kind === "category" ? { count: column.labels.length, of: (code: number) => code } : cellsOf(values, parameter);
  if (cells.count < 2) return 0;
  const [all, best] = [emptyCounts(cells.count), emptyCounts(cells.count)];
  for (let i = 0; i < values.length; i++) {
    const cell = cells.of(values[i] ?? NaN);
    if (Number.isNaN(cell)) continue; // the job has no such parameter
    count(all, cell);
    if (isBest[i]) count(best, cell);
  }
  if (best.jobs < 2 || best.jobs === all.jobs) return 0;
  const width = column.kind === "category" ? 0 : bandwidth(best);
  return (all.jobs / rows.length) * divergence(all, best, width);
}

/** Numbers are counted between the lowest and the highest that there is. */
function cellsOf(values: Float64Array, { kind, log }: Parameter): { count: number; of: (value: number) => number } {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(low < high)) return { count: 0, of: () => NaN };
  const isLog = log && low > 0;
  if (kind === "int" && !isLog && high - low < CELLS) return { count: high - low + 1, of: (value) => Math.round(value - low) };
  const [from, size] = isLog ? [Math.log(low), Math.log(high / low)] : [low, high - low];
  const cell = (at: number) => Math.min(CELLS - 1, Math.floor(((at - from) / size) * CELLS));
  return { count: CELLS, of: isLog ? (value) => Math.max(0, cell(Math.log(value))) : cell };
}

interface Counts {
  jobs: number;
  at: Float64Array;
}

const emptyCounts = (cells: number): Counts => ({ jobs: 0, at: new Float64Array(cells) });

function count(counts: Counts, cell: number): void {
  counts.at[cell] = (counts.at[cell] ?? 0) + 1;
  counts.jobs += 1;
}

/** Scott's rule, in cells; never less than half of one. */
function bandwidth({ jobs, at }: Counts): number {
  const mean = at.reduce((sum, count, cell) => sum + count * cell, 0) / jobs;
  const variance = at.reduce((sum, count, cell) => sum + count * (cell - mean) ** 2, 0) / jobs;
  return Math.max(0.5, 1.059 * Math.sqrt(variance) * jobs ** -0.2);
}

/** The Pearson divergence of the best from all, less what chance alone would make of it. */
function divergence(all: Counts, best: Counts, width: number): number {
  const size = all.at.length;
  const kernel = kernelOf(size, width);
  let [found, byChance] = [0, 0];
  for (let to = 0; to < size; to++) {
    let [base, among, squares] = [0, 0, 0];
    for (let from = 0; from < size; from++) {
      const weight = kernel[from * size + to] ?? 0;
      const share = (all.at[from] ?? 0) / all.jobs;
      base += share * weight;
      squares += share * weight * weight;
      among += ((best.at[from] ?? 0) / best.jobs) * weight;
    }
    if (base < 1e-12) continue;
    found += (among - base) ** 2 / base;
    byChance += (squares - base ** 2) / base;
  }
  const left = (all.jobs - best.jobs) / (all.jobs - 1);
  return Math.max(0, found - (byChance * left) / best.jobs);
}

/** How much of a job in one cell is seen in another; all of it stays between the ends. */
function kernelOf(size: number, width: number): Float64Array {
  const kernel = new Float64Array(size * size);
  for (let from = 0; from < size; from++) {
    let sum = 0;
    for (let to = 0; to < size; to++) {
      const weight = width > 0 ? Math.exp(-0.5 * ((to - from) / width) ** 2) : Number(to === from);
      kernel[from * size + to] = weight;
      sum += weight;
    }
    for (let to = 0; to < size; to++) kernel[from * size + to] = (kernel[from * size + to] ?? 0) / sum;
  }
  return kernel;
}
