// Contour: the loss over two parameters. Where one of them is a category, the mean of each cell.
import { contours } from "d3-contour";
import type { CustomSeriesOption, CustomSeriesRenderItem, EChartsOption } from "echarts";

import { counted, number } from "../../parts/format";
import type { Parameter } from "../../space/outline";
import { bestOf, columnOf, lossOf, type PlotInput } from "../input";
import type { Look } from "../look";
import { picked, pointsOf, scatter } from "../points";
import { axisOf, lossScale, parameterScale, shareOf, valueAt, type Scale } from "../scale";
import type { PlotData } from "../table";
import { jobTip } from "../tip";
import { zoomsOf } from "../zoom";
import { positionOf } from "./slice";
import { levels, SIZE, surface, type Sample } from "./surface";

const CELLS = [200, 120] as const;
const NUMERIC_BINS = 16;

export interface ContourView {
  x: Parameter;
  y: Parameter;
}

/** What is drawn below the points: from good to bad in so many colours, between these losses. */
export interface Ground {
  series: CustomSeriesOption;
  /** Ascending; colour `i` of the look stands for what is below level `i`. */
  levels: number[];
}

export const contourScales = (input: PlotInput, { x, y }: ContourView): { x: Scale; y: Scale } => ({
  x: parameterScale(input, x),
  y: parameterScale(input, y),
});

export function groundOf(input: PlotInput, look: Look, view: ContourView): Ground {
  const { x, y } = contourScales(input, view);
  const [across, up] = [valuesOf(input, x), valuesOf(input, y)];
  const { low, high } = lossScale(input, "main"); // one diverged job would leave a hole around itself
  const loss = (row: number) => Math.min(high, Math.max(low, lossOf(input.table, row)));
  const samples = input.rows.map((row): Sample => [across(row), up(row), loss(row)]);
  return x.type === "category" || y.type === "category"
    ? cells(samples, { x, y }, coloursOf(input, look))
    : rings(samples, { x, y }, coloursOf(input, look));
}

/** The share of the axis at which a job stands. */
function valuesOf(input: PlotInput, scale: Scale): (row: number) => number {
  const column = columnOf(input, scale.column);
  const share = shareOf(scale);
  return (row) => share(column?.number(row) ?? NaN);
}

/** From low to high losses. */
const coloursOf = ({ objective }: PlotInput, { scale }: Look): readonly string[] =>
  objective === "maximize" ? [...scale].reverse() : scale;

function rings(samples: readonly Sample[], { x, y }: { x: Scale; y: Scale }, colours: readonly string[]): Ground {
  const { grid, hull } = surface(samples);
  const found = levels(grid, colours.length);
  const values = Array.from(grid);
  const lowest = values.reduce((least, value) => (value < least ? value : least), Infinity);
  const draw = contours().size([SIZE, SIZE]).smooth(true);
  const shapes = hull.length ? [lowest, ...found].map((level) => draw.contour(values, level).coordinates) : [];
  const renderItem: CustomSeriesRenderItem = ({ dataIndex }, api) => {
    const at = (left: number, up: number) => api.coord([valueAt(x, left), valueAt(y, up)]);
    return {
      type: "path",
      silent: true,
      shape: { pathData: pathOf(shapes[dataIndex] ?? [], (left, up) => at(left / SIZE, up / SIZE)) },
      clipPath: { type: "polygon", shape: { points: hull.map(([left, up]) => at(left, up)) } },
      style: { fill: colours[dataIndex] ?? "" },
    };
  };
  return { levels: found, series: custom(renderItem, shapes.map((_, i) => [x.low, y.low, i])) };
}

const custom = (renderItem: CustomSeriesRenderItem, data: number[][]): CustomSeriesOption => ({
  id: "ground",
  type: "custom",
  renderItem,
  data,
  clip: true,
  silent: true,
  tooltip: { show: false },
  z: 1,
});

/** The rings of a shape as an SVG path; rings of holes run the other way round. */
export function pathOf(
  shape: readonly (readonly (readonly number[][])[])[] | number[][][][],
  at: (x: number, y: number) => number[],
): string {
  return shape
    .flat()
    .map((ring) => `M${ring.map(([x = 0, y = 0]) => at(x, y).map((pixel) => pixel.toFixed(1)).join(",")).join("L")}Z`)
    .join("");
}

/** The mean loss of each cell: a category is one cell wide. */
function cells(samples: readonly Sample[], { x, y }: { x: Scale; y: Scale }, colours: readonly string[]): Ground {
  const [columns, lines] = [x, y].map(
    (each) => (each.type === "category" ? each.labels.length : NUMERIC_BINS),
  ) as [number, number];
  const [sums, counts] = [new Float64Array(columns * lines), new Uint32Array(columns * lines)];
  for (const [left, up, loss] of samples) {
    if (!(left >= 0 && left <= 1 && up >= 0 && up <= 1) || Number.isNaN(loss)) continue;
    const line = Math.min(lines - 1, Math.floor(up * lines));
    const cell = line * columns + Math.min(columns - 1, Math.floor(left * columns));
    sums[cell] = (sums[cell] ?? 0) + loss;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const means = sums.map((sum, cell) => sum / (counts[cell] ?? 0));
  const found = levels(means, colours.length);
  const data = Array.from(means, (mean, cell) => [cell % columns, Math.floor(cell / columns), mean] as const).filter(
    ([, , mean]) => !Number.isNaN(mean),
  );
  const renderItem: CustomSeriesRenderItem = ({ dataIndex }, api) => {
    const [column = 0, line = 0, mean = NaN] = data[dataIndex] ?? [];
    const [left = 0, bottom = 0] = api.coord([valueAt(x, column / columns), valueAt(y, line / lines)]);
    const [right = 0, top = 0] = api.coord([valueAt(x, (column + 1) / columns), valueAt(y, (line + 1) / lines)]);
    const colour = colours[found.filter((level) => mean >= level).length] ?? "";
    return {
      type: "rect",
      silent: true,
      shape: { x: left, y: top, width: right - left, height: bottom - top },
      style: { fill: colour },
    };
  };
  const middles = data.map(([column, line, mean]) => [
    valueAt(x, (column + 0.5) / columns),
    valueAt(y, (line + 0.5) / lines),
    mean,
  ]);
  return { levels: found, series: custom(renderItem, middles) };
}

export function contourOption(
  input: PlotInput,
  look: Look,
  view: ContourView,
  ground: Ground = groundOf(input, look, view),
): EChartsOption {
  const { x, y } = contourScales(input, view);
  const [across, up] = [positionOf(input, x), positionOf(input, y)];
  const at = (row: number): [number, number] => [across(row), up(row)];
  const points = (rows: readonly number[]) => pointsOf(rows, { x, y }, at, CELLS);
  const best = bestOf(input, input.rows);
  const isDense = input.rows.length > 500;
  const jobs = points(input.rows.filter((row) => !Number.isNaN(lossOf(input.table, row))));
  return {
    grid: [{ id: "main", left: 70, right: 16, top: 12, bottom: 44 }],
    xAxis: [{ ...axisOf(x, { id: "x" }), nameGap: 26 }],
    yAxis: [{ ...axisOf(y, { id: "y" }), nameGap: 52 }],
    tooltip: jobTip(input),
    dataZoom: zoomsOf(),
    series: [
      ground.series,
      {
        ...scatter({ id: "jobs", data: jobs, color: look.surface, size: isDense ? 2 : 6 }),
        itemStyle: {
          color: look.surface,
          opacity: isDense ? 0.35 : 0.9,
          borderColor: look.text,
          borderWidth: isDense ? 0 : 1,
        },
        z: 3,
      },
      {
        ...scatter({ id: "best", data: points(best === undefined ? [] : [best]), color: look.surface, size: 15 }),
        itemStyle: { color: look.surface, borderColor: look.text, borderWidth: 2, opacity: 1 },
        symbol: "diamond",
        z: 5,
      },
      picked(points([...input.selected]), look),
    ],
  };
}

export function contourLabel(input: PlotInput, { x, y }: ContourView): string {
  const of = `The loss of ${counted(input.rows.length, "job")} over ${x.name} and ${y.name}.`;
  const best = bestOf(input, input.rows);
  if (best === undefined) return `${of} No job has a loss yet.`;
  const say = ({ name }: Parameter) => {
    const column = columnOf(input, `params.${name}`);
    return column?.kind === "category" ? column.text(best) : number(column?.number(best));
  };
  return `${of} The best, ${number(lossOf(input.table, best))}, is at ${say(x)} and ${say(y)}.`;
}

export const contourData = (input: PlotInput, { x, y }: ContourView) => (): PlotData => {
  const [one, other] = [columnOf(input, `params.${x.name}`), columnOf(input, `params.${y.name}`)];
  const say = (column: typeof one, row: number) =>
    column?.kind === "category" ? column.text(row) : column?.number(row);
  return {
    columns: ["job", x.name, y.name, "loss"],
    rows: input.rows.map((row) => [row + 1, say(one, row), say(other, row), lossOf(input.table, row)]),
  };
};
