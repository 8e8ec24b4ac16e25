// The few jobs whose own curves and graphs are fetched: those that people picked, or else the telling ones.
import type { JobState } from "../../api/types";
import { isBetter, lossOf, type PlotInput } from "../input";

/** The best jobs, the best one first. */
export function bestFew(input: PlotInput, most: number): number[] {
  const { table, objective, rows } = input;
  const best: number[] = [];
  for (const row of rows) {
    const loss = lossOf(table, row);
    const last = best.at(-1);
    if (Number.isNaN(loss)) continue;
    if (best.length === most && last !== undefined && !isBetter(objective, loss, lossOf(table, last))) continue;
    let at = best.length;
    while (at > 0 && isBetter(objective, loss, lossOf(table, best[at - 1] ?? 0))) at--;
    best.splice(at, 0, row);
    if (best.length > most) best.pop();
  }
  return best;
}

/** The newest jobs in a state, the newest first. */
export function newest({ table, rows }: PlotInput, state: JobState, most: number): number[] {
  const found: number[] = [];
  for (let i = rows.length - 1; i >= 0 && found.length < most; i--) {
    const row = rows[i] ?? 0;
    if (table.stateOf(row) === state) found.push(row);
  }
  return found;
}

export const MOST_CURVES = 20;

/** Those whose intermediate values are drawn. */
export function curvesOf(input: PlotInput): number[] {
  if (input.selected.size) return [...input.selected].filter((row) => input.table.has(row)).slice(0, MOST_CURVES);
  return [...new Set([...bestFew(input, 8), ...newest(input, "running", 8), ...newest(input, "pruned", 4)])];
}

/** Those whose targets' graphs are drawn. */
export function graphsOf(input: PlotInput): number[] {
  if (input.selected.size) return [...input.selected].filter((row) => input.table.has(row)).slice(0, 6);
  return bestFew(input, 1);
}
