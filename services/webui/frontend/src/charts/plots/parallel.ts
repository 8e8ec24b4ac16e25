// Parallel coordinates: every job a line across its parameters to its loss, the better the stronger.
// More than a thousand lines nobody can tell apart: the best are drawn, and an even sample of the others.
import type { EChartsOption } from "echarts";

import { ordered } from "../../jobs/order";
import { counted, number } from "../../parts/format";
import { bestOf, columnOf, lossOf, type PlotInput } from "../input";
import type { Look } from "../look";
import type { PlotData } from "../table";
import { jobTip } from "../tip";
import { bestFew } from "./chosen";
import { lowest, ticksOf, type Axis } from "./parallelAxes";

export const MOST_LINES = 1_000;
export const BEST_LINES = 300;

/** Around the axes, in px. */
export const MARGINS = { left: 34, right: 60, top: 34, bottom: 12 };

/** The first places of a line's values are not on axes, so that a click finds the row where it always is. */
const FIRST = 3;

export interface Drawn {
  /** The worst first, so that the best lie above. */
  rows: number[];
  /** Of so many jobs that could be drawn. */
  of: number;
}

export function drawnOf(input: PlotInput): Drawn {
  const { table, objective } = input;
  const all = input.rows.filter((row) => !Number.isNaN(lossOf(table, row)));
  return { rows: ordered(fewOf(input, all), (row) => lossOf(table, row), objective === "minimize"), of: all.length };
}

function fewOf(input: PlotInput, all: readonly number[]): readonly number[] {
  if (all.length <= MOST_LINES) return all;
  const best = bestFew(input, BEST_LINES);
  const known = new Set(best);
  // Always the same ones, however many jobs come: else all lines would jump with each of them.
  const others = ordered(all, (row) => Math.imul(row + 1, 2_654_435_761) >>> 0, false).filter((row) => !known.has(row));
  return [...best, ...others.slice(0, MOST_LINES - BEST_LINES)];
}

type Line = [loss: number, job: number, row: number, ...places: number[]];

export const lineOf = ({ table }: PlotInput, axes: readonly Axis[], row: number): Line => [
  lossOf(table, row),
  row + 1,
  row,
  ...axes.map(({ place }) => place(row)),
];

/** A colour by the rank of the loss among the drawn ones: one job that diverged does not make all others alike. */
export function coloursOf({ table }: PlotInput, rows: readonly number[], { scale }: Look): string[] {
  let rank = 0;
  return rows.map((row, i) => {
    if (lossOf(table, row) !== lossOf(table, rows[i - 1] ?? -1)) rank = i;
    const step = Math.floor(((rows.length - 1 - rank) / Math.max(1, rows.length)) * scale.length);
    return scale[step] ?? "";
  });
}

/** `isFaint`: of a job that a brush leaves out while it is drawn. */
export function parallelOption(
  input: PlotInput,
  look: Look,
  axes: readonly Axis[],
  { rows }: Drawn,
  isFaint: (row: number) => boolean = () => false,
): EChartsOption {
  const colours = coloursOf(input, rows, look);
  const chosen = [...input.selected].filter((row) => input.table.has(row));
  const common = { type: "parallel" as const, progressive: 0, emphasis: { lineStyle: { width: 3, opacity: 1 } } };
  return {
    parallel: [{ id: "main", ...MARGINS }],
    parallelAxis: axes.map((axis, i) => axisOption(axis, i, look)),
    tooltip: jobTip(input),
    series: [
      {
        ...common,
        id: "jobs",
        data: rows.map((row, i) => ({
          value: lineOf(input, axes, row),
          lineStyle: { color: colours[i] ?? "", opacity: isFaint(row) ? FAINT : opacityOf(rows.length) },
        })),
        lineStyle: { width: rows.length > 200 ? 1.2 : 1.6 },
      },
      {
        ...common,
        id: "picked",
        z: 3,
        data: chosen.map((row) => lineOf(input, axes, row)),
        lineStyle: { color: look.picked, width: 3, opacity: 1 },
      },
    ],
  };
}

const FAINT = 0.06;
const opacityOf = (lines: number): number => (lines > 500 ? 0.55 : lines > 150 ? 0.7 : 0.85);

function axisOption(axis: Axis, place: number, look: Look) {
  const ticks = ticksOf(axis);
  const at = [...ticks.keys()];
  const textAt = (value: number) => ticks.get(at.find((each) => Math.abs(each - value) < 1e-9) ?? NaN) ?? "";
  return {
    id: axis.id,
    dim: FIRST + place,
    name: axis.scale.name,
    type: "value" as const,
    min: lowest(axis),
    max: 1,
    nameLocation: "end" as const,
    nameGap: 12,
    nameTextStyle: { color: look.text, fontWeight: 600 as const },
    axisTick: { show: true, customValues: at, length: 4, lineStyle: { color: look.dimmed } },
    axisLine: { lineStyle: { color: look.dimmed } },
    axisLabel: {
      customValues: at,
      formatter: textAt,
      width: 84,
      overflow: "truncate" as const,
      color: look.text,
      textBorderColor: look.surface,
      textBorderWidth: 3,
    },
    areaSelectStyle: { width: 0 }, // brushes are drawn by `ParallelBrushes`
  };
}

/** How many lines there are, and of what. */
export function parallelNote({ rows, of }: Drawn): string {
  if (rows.length === of) return `${counted(of, "job")} drawn.`;
  const [drawn, all] = [rows.length.toLocaleString("en"), counted(of, "job")];
  return `${drawn} of ${all} drawn: the best ${BEST_LINES} and an even sample of the others.`;
}

export function parallelLabel(input: PlotInput, axes: readonly Axis[], drawn: Drawn): string {
  const of = `Parallel coordinates over ${axes.map(({ scale }) => scale.name).join(", ")}: ${parallelNote(drawn)}`;
  const best = bestOf(input, drawn.rows);
  if (best === undefined) return `${of} None has a loss yet.`;
  return `${of} The best loss is ${number(lossOf(input.table, best))}, of job ${best + 1}.`;
}

/** All jobs that the filters let through, the drawn and the others. */
export const parallelData = (input: PlotInput, axes: readonly Axis[]) => (): PlotData => {
  const columns = axes.flatMap(({ id }) => columnOf(input, id) ?? []);
  return {
    columns: ["job", ...columns.map(({ label }) => label)],
    rows: input.rows.map((row) => [
      row + 1,
      ...columns.map((each) => (each.id === "loss" ? lossOf(input.table, row) : each.kind === "category" ? each.text(row) : each.number(row))),
    ]),
  };
};
