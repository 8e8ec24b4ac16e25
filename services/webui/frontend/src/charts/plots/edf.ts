// Empirical distribution: which share of the jobs is at least as good as a loss.
import type { EChartsOption } from "echarts";

import { counted, number } from "../../parts/format";
import { lossOf, type PlotInput } from "../input";
import type { Look } from "../look";
import { picked, type Point } from "../points";
import { axisOf, lossScale, type LossView } from "../scale";
import type { PlotData } from "../table";
import { ownTip } from "../tip";
import { zoomsOf } from "../zoom";

const MOST = 800; // points of a line: more no screen shows

const known = new WeakMap<PlotInput, Float64Array>();

/** Those of the jobs that are shown: sorted once, for the line and for what is said of it. */
function shownOf(input: PlotInput): Float64Array {
  const losses = known.get(input) ?? ranked(input, input.rows);
  known.set(input, losses);
  return losses;
}

/** The losses of some jobs from the best to the worst. */
export function ranked({ table, objective }: PlotInput, rows: readonly number[]): Float64Array {
  const losses = Float64Array.from(rows, (row) => lossOf(table, row)).filter((loss) => !Number.isNaN(loss));
  losses.sort();
  return objective === "maximize" ? losses.reverse() : losses;
}

/** Corners `[loss, share]` of the line; of many only so many, the first and the last always. */
export function distribution(losses: Float64Array, most = MOST): [number, number][] {
  const count = losses.length;
  const step = Math.max(1, count / most);
  const corners: [number, number][] = [];
  for (let i = 0; i < count; i += step) corners.push([losses[Math.floor(i)] ?? NaN, (Math.floor(i) + 1) / count]);
  if (count && corners.at(-1)?.[1] !== 1) corners.push([losses[count - 1] ?? NaN, 1]);
  return corners;
}

export function edfOption(input: PlotInput, look: Look, view: LossView): EChartsOption {
  const x = lossScale(input, view);
  const shown = shownOf(input);
  const isWhole = input.rows.length === input.table.loaded;
  const all = isWhole ? shown : ranked(input, Array.from({ length: input.table.size }, (_, row) => row));
  const shareOf = (loss: number) => (below(all, loss, input.objective) || 1) / Math.max(1, all.length);
  const chosen = [...input.selected].flatMap((row): Point[] => {
    const loss = lossOf(input.table, row);
    return Number.isNaN(loss) ? [] : [[loss, shareOf(loss), row]];
  });
  const isPart = shown.length < all.length;
  const line = { type: "line" as const, step: "end" as const, symbol: "none", clip: true };
  return {
    grid: [{ id: "main", left: 48, right: 16, top: isPart ? 30 : 14, bottom: 40 }],
    xAxis: [{ ...axisOf(x, { id: "x" }), nameGap: 24, inverse: input.objective === "maximize" }],
    yAxis: [{
      id: "y",
      type: "value",
      min: 0,
      max: 1,
      axisLabel: { formatter: (value: number) => `${Math.round(value * 100)}%` },
    }],
    legend: { show: isPart, top: 0 },
    tooltip: ownTip((value, name) => {
      const [loss, share] = value as [number, number];
      return `${name}\n${(share * 100).toFixed(1)}% are at least as good as ${number(loss)}`;
    }),
    dataZoom: zoomsOf(),
    series: [
      {
        ...line,
        id: "all",
        name: "all jobs",
        data: distribution(all),
        lineStyle: {
          color: isPart ? look.dimmed : look.point,
          width: isPart ? 1.5 : 2,
          type: isPart ? "dashed" : "solid",
        },
        itemStyle: { color: isPart ? look.dimmed : look.point },
      },
      ...(isPart
        ? [{
          ...line,
          id: "shown",
          name: "jobs that are shown",
          data: distribution(shown),
          lineStyle: { color: look.point, width: 2 },
          itemStyle: { color: look.point },
        }]
        : []),
      picked(chosen, look),
    ],
  };
}

/** How many losses are at least as good, by halving: they are in order. */
function below(losses: Float64Array, loss: number, objective: PlotInput["objective"]): number {
  let [low, high] = [0, losses.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = losses[middle] ?? NaN;
    if (objective === "maximize" ? one >= loss : one <= loss) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function edfLabel(input: PlotInput): string {
  const losses = shownOf(input);
  if (!losses.length) return "Distribution of the losses. No job has a loss yet.";
  const middle = losses[Math.floor((losses.length - 1) / 2)];
  const of = `Distribution of the losses of ${counted(losses.length, "job")}`;
  return `${of}: half of them are at least as good as ${number(middle)}.`;
}

export const edfData = (input: PlotInput) => (): PlotData => {
  const losses = shownOf(input);
  return { columns: ["loss", "share"], rows: Array.from(losses, (loss, i) => [loss, (i + 1) / losses.length]) };
};
