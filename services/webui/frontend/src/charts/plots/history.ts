// Optimization history: the loss of every job in their order, and the best so far.
import type { EChartsOption, SeriesOption } from "echarts";

import type { JobState } from "../../api/types";
import { counted, number } from "../../parts/format";
import { allRows, bestOf, isBetter, lossOf, type PlotInput } from "../input";
import type { Look } from "../look";
import { picked, pointsOf, scatter, type Point } from "../points";
import { axisOf, lossScale, type LossView, type Scale } from "../scale";
import type { PlotData } from "../table";
import { jobTip } from "../tip";
import { zoomsOf } from "../zoom";

export interface HistoryView {
  /** In the order of the numbers, or of the moments at which they ended. */
  by: "number" | "time";
  loss: LossView;
}

const WITHOUT_LOSS: readonly JobState[] = ["failed", "pruned", "cancelled"];

const CROWD = 80;

const placeOf = ({ table }: PlotInput, by: HistoryView["by"]) => (row: number) =>
  by === "number" ? row + 1 : table.finishedAt.get(row) * 1000;

export function historyScales(input: PlotInput, view: HistoryView): { x: Scale; y: Scale & { beyond: number } } {
  const { table } = input;
  const base = { labels: [], isWhole: true };
  const y = lossScale(input, view.loss);
  if (view.by === "number") {
    const room = Math.max(1, table.size) * 0.01;
    return {
      x: { ...base, column: "number", name: "job", type: "value", low: 1 - room, high: Math.max(2, table.size) + room },
      y,
    };
  }
  let [low, high] = [Infinity, -Infinity];
  for (const row of allRows(table)) {
    const at = table.finishedAt.get(row) * 1000;
    if (at < low) low = at;
    if (at > high) high = at;
  }
  if (low > high) [low, high] = [0, 1];
  const room = Math.max(1_000, (high - low) * 0.01);
  return { x: { ...base, column: "finished_at", name: "ended", type: "time", low: low - room, high: high + room }, y };
}

/** Where the best so far changes, and where it ends: the corners of its line. */
export function bestSoFar(input: PlotInput, by: HistoryView["by"]): Point[] {
  const { table, objective } = input;
  const place = placeOf(input, by);
  const rows = input.rows.filter((row) => !Number.isNaN(lossOf(table, row)));
  if (by === "time") rows.sort((a, b) => place(a) - place(b));
  const corners: Point[] = [];
  for (const row of rows) {
    const last = corners.at(-1);
    const loss = lossOf(table, row);
    if (!last || isBetter(objective, loss, last[1])) corners.push([place(row), loss, row]);
  }
  const [end, newest] = [corners.at(-1), rows.at(-1)];
  if (end && newest !== undefined && newest !== end[2]) corners.push([place(newest), end[1], end[2]]);
  return corners;
}

export function historyOption(input: PlotInput, look: Look, view: HistoryView): EChartsOption {
  const { table, rows, objective } = input;
  const { x, y } = historyScales(input, view);
  const place = placeOf(input, view.by);
  const at = (row: number): [number, number] => [place(row), lossOf(table, row)];
  // Jobs that ended without a loss stand at the edge where the bad ones are.
  const edge = objective === "maximize" ? y.low : y.high;
  const ofState = (state: JobState) => rows.filter((row) => table.stateOf(row) === state);
  const series: SeriesOption[] = [
    scatter({ id: "succeeded", name: "succeeded", data: pointsOf(rows, { x, y }, at), color: look.point }),
    ...WITHOUT_LOSS.map((state) => marks(state, pointsOf(ofState(state), { x, y }, (row) => [place(row), edge]), look)),
    {
      ...scatter({
        id: "running",
        name: "running",
        // By time they have no place yet.
        data: pointsOf(view.by === "time" ? [] : ofState("running"), { x, y }, (row) => [
          row + 1,
          table.stepLoss.get(row),
        ]),
        color: look.state.running,
        size: 8,
      }),
      symbol: "emptyCircle",
    },
    {
      id: "best",
      name: "best so far",
      type: "line",
      step: "end",
      data: bestSoFar(input, view.by),
      symbol: "none",
      lineStyle: { color: look.accent, width: 2 },
      itemStyle: { color: look.accent },
      z: 4,
      clip: true,
      ...(input.targetLoss !== null && {
        markLine: {
          silent: true,
          symbol: "none",
          data: [{ yAxis: input.targetLoss }],
          lineStyle: { color: look.dimmed, type: "dashed" },
          label: { formatter: "target", position: "insideEndTop", color: look.dimmed },
        },
      }),
    },
    picked(pointsOf([...input.selected], { x, y }, at), look),
  ];
  const named = series.filter((each) => each.id === "best" || (Array.isArray(each.data) && each.data.length > 0));
  return {
    grid: [{ id: "main", left: 58, right: 16, top: 30, bottom: 40 }],
    xAxis: [{ ...axisOf(x, { id: "x" }), nameGap: 24 }],
    yAxis: [{ ...axisOf(y, { id: "y" }), nameGap: 44 }],
    legend: {
      type: "scroll",
      top: 0,
      left: 44,
      right: 8,
      data: named.flatMap(({ name }) => (name === undefined ? [] : [String(name)])),
    },
    tooltip: jobTip(input),
    dataZoom: zoomsOf(),
    series,
  };
}

/** Crosses; of many, thin strokes that stay apart. */
function marks(state: JobState, data: Point[], look: Look): SeriesOption {
  const color = look.state[state];
  const base = { ...scatter({ id: state, name: state, data, color }), large: false };
  if (data.length > CROWD) return { ...base, symbol: "rect", symbolSize: [1.5, 7], itemStyle: { color, opacity: 0.6 } };
  return {
    ...base,
    symbol: "path://M0,0L10,10M10,0L0,10",
    symbolSize: 7,
    itemStyle: { color: "transparent", borderColor: color, borderWidth: 1.3 },
  };
}

export function historyLabel(input: PlotInput): string {
  const best = bestOf(input, input.rows);
  const all = `Optimization history of ${counted(input.rows.length, "job")}.`;
  if (best === undefined) return `${all} None has a loss yet.`;
  return `${all} The best loss is ${number(lossOf(input.table, best))}, of job ${best + 1}.`;
}

export const historyData = (input: PlotInput) => (): PlotData => {
  const { table, rows, objective } = input;
  let best = NaN;
  return {
    columns: ["job", "state", "loss", "best_so_far", "finished_at"],
    rows: rows.map((row) => {
      const loss = lossOf(table, row);
      if (!Number.isNaN(loss) && (Number.isNaN(best) || isBetter(objective, loss, best))) best = loss;
      return [row + 1, table.stateOf(row), loss, best, table.finishedAt.get(row)];
    }),
  };
};
