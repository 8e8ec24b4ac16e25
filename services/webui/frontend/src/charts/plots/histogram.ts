// How often losses and durations of some size came.
import type { CustomSeriesRenderItem, EChartsOption } from "echarts";

import { counted, duration, number } from "../../parts/format";
import { allRows, lossOf, type PlotInput } from "../input";
import type { Look } from "../look";
import { axisOf, lossScale, valueAt, shareOf, type LossView, type Scale } from "../scale";
import type { PlotData } from "../table";
import { ownTip } from "../tip";
import { zoomsOf } from "../zoom";

export type Measure = "loss" | "seconds";

const BARS = 40;

export const measureOf = ({ table }: PlotInput, measure: Measure): ((row: number) => number) =>
  measure === "loss"
    ? (row) => lossOf(table, row)
    : (row) => table.finishedAt.get(row) - table.startedAt.get(row);

export function histogramScale(input: PlotInput, measure: Measure, view: LossView): Scale {
  if (measure === "loss") return lossScale(input, view);
  const value = measureOf(input, measure);
  let high = 0;
  for (const row of allRows(input.table)) high = Math.max(high, value(row) || 0);
  return { column: "seconds", name: "time", type: "value", low: 0, high: high * 1.02 || 1, labels: [], isWhole: false };
}

/** Bars `[from, to, how many]` that cover the scale. */
export type Bar = [from: number, to: number, count: number];

export function bars(input: PlotInput, measure: Measure, scale: Scale, rows: readonly number[] = input.rows): Bar[] {
  const value = measureOf(input, measure);
  const share = shareOf(scale);
  const counts = new Uint32Array(BARS);
  for (const row of rows) {
    const at = share(value(row));
    if (at >= 0 && at <= 1) {
      const bar = Math.min(BARS - 1, Math.floor(at * BARS));
      counts[bar] = (counts[bar] ?? 0) + 1;
    }
  }
  return Array.from(counts, (count, i) => [valueAt(scale, i / BARS), valueAt(scale, (i + 1) / BARS), count]);
}

/** A bar between two values: those of ECharts stand in the middle of categories. */
const drawBar = (fill: string): CustomSeriesRenderItem => (_, api) => {
  const [left, top] = api.coord([api.value(0), api.value(2)]);
  const [right, bottom] = api.coord([api.value(1), 0]);
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return null;
  return {
    type: "rect",
    shape: { x: left + 0.5, y: top, width: Math.max(1, right - left - 1), height: bottom - top },
    style: { fill },
  };
};

export function histogramOption(input: PlotInput, look: Look, measure: Measure, view: LossView): EChartsOption {
  const scale = histogramScale(input, measure, view);
  const shown = bars(input, measure, scale);
  const isWhole = input.rows.length === input.table.loaded;
  const all = isWhole ? shown : bars(input, measure, scale, [...allRows(input.table)]);
  const say = (value: number) => (measure === "loss" ? number(value, 4) : duration(value));
  const x = axisOf(scale, { id: "x" });
  const highest = Math.max(1, ...all.map(([, , count]) => count));
  const series = { type: "custom" as const, encode: { x: [0, 1], y: 2 }, clip: true };
  const marks = [...input.selected].map(measureOf(input, measure)).filter((value) => !Number.isNaN(value));
  return {
    grid: [{ id: "main", left: 48, right: 16, top: 14, bottom: 40 }],
    xAxis: [{ ...x, nameGap: 24, ...(measure === "seconds" && { axisLabel: { formatter: say, hideOverlap: true } }) }],
    yAxis: [{
      id: "y",
      type: "value",
      min: 0,
      max: highest * 1.05,
      minInterval: 1,
      axisLabel: { showMaxLabel: false },
    }],
    tooltip: ownTip((value) => {
      const [from, to, count] = value as Bar;
      return `${say(from)} to ${say(to)}\n${counted(count, "job")}`;
    }),
    dataZoom: zoomsOf(),
    series: [
      { ...series, id: "all", data: isWhole ? [] : all, renderItem: drawBar(look.line), silent: true },
      { ...series, id: "shown", data: shown, renderItem: drawBar(look.point) },
      {
        id: "picked",
        type: "line",
        data: [],
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          data: marks.map((xAxis) => ({ xAxis })),
          lineStyle: { color: look.picked, width: 2, type: "solid" },
        },
      },
    ],
  };
}

export function histogramLabel(input: PlotInput, measure: Measure): string {
  const value = measureOf(input, measure);
  const values = Float64Array.from(input.rows, value).filter((each) => !Number.isNaN(each)).sort();
  const what = measure === "loss" ? "losses" : "durations";
  const middle = values[Math.floor((values.length - 1) / 2)];
  if (middle === undefined) return `Histogram of the ${what}. No job has ended yet.`;
  const say = measure === "loss" ? number(middle) : duration(middle);
  return `Histogram of the ${what} of ${counted(values.length, "job")}; the median is ${say}.`;
}

export const histogramData = (input: PlotInput, measure: Measure, view: LossView) => (): PlotData => ({
  columns: ["from", "to", "jobs"],
  rows: bars(input, measure, histogramScale(input, measure, view)),
});
