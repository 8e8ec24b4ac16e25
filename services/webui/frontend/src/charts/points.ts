// Points of jobs: no more of them than pixels can show, and the picked ones above all others.
import type { ScatterSeriesOption } from "echarts";

import type { Look } from "./look";
import { shareOf, type Scale } from "./scale";

/** Where a job is drawn, and its row: so that a click knows it. */
export type Point = [x: number, y: number, row: number];

const MANY = 5_000;
const FINE: Cells = [480, 130]; // about two pixels each, in a plot as wide as the page

/** So many places a plot has for points, across and up. */
export type Cells = readonly [across: number, up: number];

export interface Place {
  x: Scale;
  y: Scale;
}

/** The jobs that lie within both scales; of many only the newest in every two pixels or so. */
export function pointsOf(
  rows: readonly number[],
  { x, y }: Place,
  at: (row: number) => [number, number],
  [cells, lines]: Cells = FINE,
): Point[] {
  const taken = rows.length > MANY ? new Uint8Array(cells * lines) : null;
  const [across, up] = [shareOf(x), shareOf(y)];
  const points: Point[] = [];
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i] ?? 0;
    const [left, height] = at(row);
    const [column, line] = [across(left), up(height)];
    if (!(column >= 0 && column <= 1 && line >= 0 && line <= 1)) continue;
    if (taken) {
      const cell = Math.floor(line * (lines - 1)) * cells + Math.floor(column * (cells - 1));
      if (taken[cell]) continue;
      taken[cell] = 1;
    }
    points.push([left, height, row]);
  }
  return points.reverse();
}

interface Series {
  id: string;
  name?: string;
  data: Point[];
  color: string;
  size?: number;
  /** Which of the plot's grids. */
  grid?: number;
  opacity?: number;
}

export function scatter({ id, name, data, color, size, grid = 0, opacity }: Series): ScatterSeriesOption {
  const isMany = data.length > MANY;
  return {
    id,
    ...(name !== undefined && { name }),
    type: "scatter",
    data,
    xAxisIndex: grid,
    yAxisIndex: grid,
    symbolSize: size ?? (isMany ? 3 : data.length > 500 ? 5 : 7),
    itemStyle: { color, opacity: opacity ?? (isMany ? 0.5 : 0.75) },
    large: isMany,
    largeThreshold: MANY,
    progressive: 0,
    progressiveThreshold: Infinity, // beyond it ECharts gives them a layer of their own, above the tooltip
    emphasis: { disabled: isMany },
    clip: true,
  };
}

/** The picked jobs: rings, which are seen on any colour. */
export function picked(data: Point[], look: Look, grid = 0): ScatterSeriesOption {
  return {
    ...scatter({ id: `picked${grid}`, data, color: "transparent", size: 12, grid, opacity: 1 }),
    itemStyle: { color: "transparent", borderColor: look.picked, borderWidth: 2.5, opacity: 1 },
    z: 6,
  };
}

/** A little to either side of a category, always the same for a job. */
export const jitter = (row: number): number => ((Math.imul(row + 1, 2_654_435_761) >>> 0) / 2 ** 32 - 0.5) * 0.5;

/** The row of the job that was clicked on or pointed at. */
export const rowOf = (value: unknown): number | undefined =>
  Array.isArray(value) && typeof value[2] === "number" ? value[2] : undefined;
