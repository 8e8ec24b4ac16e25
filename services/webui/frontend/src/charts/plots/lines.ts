// Lines over a number: what jobs reported while they ran, and the graphs that targets draw themselves.
import type { EChartsOption, LineSeriesOption } from "echarts";

import type { Graph } from "../../api/types";
import { number } from "../../parts/format";
import type { Look } from "../look";
import type { PlotData } from "../table";
import { ownTip } from "../tip";
import { zoomsOf } from "../zoom";

export interface Line {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
  /** Of a line that stands out. */
  isStrong?: boolean;
  isDashed?: boolean;
}

export interface Lines {
  lines: readonly Line[];
  x: string;
  y: string;
}

const MOST = 600; // points of a line

/** Fewer points that look the same: of each stretch the lowest and the highest. */
export function thinned(points: Line["points"], most = MOST): Line["points"] {
  const known = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  if (known.length <= most) return known;
  const stretch = Math.ceil((known.length * 2) / most);
  const kept: (readonly [number, number])[] = [];
  for (let from = 0; from < known.length; from += stretch) {
    const part = known.slice(from, from + stretch);
    const lowest = part.reduce((a, b) => (b[1] < a[1] ? b : a));
    const highest = part.reduce((a, b) => (b[1] > a[1] ? b : a));
    kept.push(...(lowest === highest ? [lowest] : lowest[0] <= highest[0] ? [lowest, highest] : [highest, lowest]));
  }
  return kept;
}

export function linesOption({ lines, x, y }: Lines, look: Look): EChartsOption {
  const hasLegend = lines.length > 1;
  return {
    color: [...look.kinds],
    grid: [{ id: "main", left: 58, right: 16, top: hasLegend ? 30 : 12, bottom: 40 }],
    xAxis: [{ ...axis("x", x), nameGap: 24 }],
    yAxis: [{ ...axis("y", y), nameGap: 44 }],
    legend: { type: "scroll", show: hasLegend, top: 0, left: 44, right: 8 },
    tooltip: ownTip((value, name) => {
      const [at, height] = value as [number, number];
      return `${name}\n${x || "x"} ${number(at)}\n${y || "y"} ${number(height)}`;
    }),
    dataZoom: zoomsOf(),
    series: lines.map((line, i) => seriesOf(line, i, look)),
  };
}

const axis = (id: string, name: string) => ({
  id,
  name,
  type: "value" as const,
  scale: true,
  nameLocation: "middle" as const,
  axisLabel: { formatter: (value: number) => number(value, 4) },
});

function seriesOf({ name, points, isStrong, isDashed }: Line, place: number, look: Look): LineSeriesOption {
  const color = isStrong ? look.accent : look.kinds[place % look.kinds.length];
  const data = thinned(points).map(([x, y]) => [x, y]);
  return {
    id: `line${place}`,
    name,
    type: "line",
    data,
    showSymbol: data.length < 60,
    symbol: "circle",
    symbolSize: 4,
    triggerEvent: true,
    lineStyle: {
      ...(color !== undefined && { color }),
      width: isStrong ? 2.5 : 1.5,
      type: isDashed ? "dashed" : "solid",
    },
    itemStyle: { ...(color !== undefined && { color }) },
    z: isStrong ? 4 : 2,
    clip: true,
  };
}

export const linesData = ({ lines, x, y }: Lines) => (): PlotData => ({
  columns: ["line", x || "x", y || "y"],
  rows: lines.flatMap(({ name, points }) => points.map(([at, height]) => [name, at, height])),
});

/** A target's graph, of a job or of several: then every line is named by its job too. */
export function linesOf(graphs: readonly { job: string; graph: Graph }[]): Lines {
  const first = graphs[0]?.graph;
  const isOne = graphs.length < 2;
  return {
    x: first?.x_axis ?? "",
    y: first?.y_axis ?? "",
    lines: graphs.flatMap(({ job, graph }) =>
      graph.series.map(({ label, x, y }) => ({
        name: isOne ? label : `${job} ${label}`.trim(),
        points: x.map((each, i): [number, number] => [each, y[i] ?? NaN]),
      })),
    ),
  };
}

export function linesLabel(what: string, { lines }: Lines): string {
  const ends = lines.slice(0, 3).flatMap(({ name, points }) => {
    const end = points.at(-1);
    return end ? [`${name || "the line"} ends at ${number(end[1])}`] : [];
  });
  const count = lines.length === 1 ? "one line" : `${lines.length} lines`;
  return `${what}, ${count}${ends.length ? `: ${ends.join(", ")}` : ""}.`;
}
