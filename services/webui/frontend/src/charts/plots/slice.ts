// Slices: the loss against each parameter, on the parameter's own scale.
import type { EChartsOption } from "echarts";

import { counted, number } from "../../parts/format";
import type { Parameter } from "../../space/outline";
import { bestOf, columnOf, lossOf, type PlotInput } from "../input";
import type { Look } from "../look";
import { jitter, picked, pointsOf, scatter } from "../points";
import { axisOf, lossScale, parameterScale, type LossView, type Scale } from "../scale";
import type { PlotData } from "../table";
import { jobTip } from "../tip";
import { zoomsOf } from "../zoom";

export const SLICE_HEIGHT = 210;
const CELLS = [160, 80] as const; // a slice is small
const GAP = { left: 56, right: 14, top: 12, bottom: 44 };

export interface SliceView {
  parameters: readonly Parameter[];
  /** How many stand beside each other. */
  across: number;
  width: number;
  loss: LossView;
}

export const sliceHeight = ({ parameters, across }: SliceView): number =>
  Math.ceil(parameters.length / across) * SLICE_HEIGHT;

/** The scales of all slices; of slice `i` grid `i`. */
export function sliceScales(
  input: PlotInput,
  { parameters, loss }: SliceView,
): { x: Scale[]; y: Scale & { beyond: number } } {
  return { x: parameters.map((each) => parameterScale(input, each)), y: lossScale(input, loss) };
}

/** Where a job stands on the axis of a parameter. */
export function positionOf(input: PlotInput, scale: Scale): (row: number) => number {
  const column = columnOf(input, scale.column);
  if (!column) return () => NaN;
  return scale.type === "category" ? (row) => column.number(row) + jitter(row) : (row) => column.number(row);
}

export function sliceOption(input: PlotInput, look: Look, view: SliceView): EChartsOption {
  const { x, y } = sliceScales(input, view);
  const wide = view.width / view.across;
  const best = bestOf(input, input.rows);
  const chosen = [...input.selected];
  return {
    grid: x.map((_, i) => ({
      id: `grid${i}`,
      left: (i % view.across) * wide + GAP.left,
      width: Math.max(40, wide - GAP.left - GAP.right),
      top: Math.floor(i / view.across) * SLICE_HEIGHT + GAP.top,
      height: SLICE_HEIGHT - GAP.top - GAP.bottom,
    })),
    xAxis: x.map((scale, i) => ({ ...axisOf(scale, { id: `x${i}`, gridIndex: i }), nameGap: 24 })),
    yAxis: x.map((_, i) => ({
      ...axisOf(y, { id: `y${i}`, gridIndex: i }),
      name: i % view.across ? "" : "loss",
      nameGap: 42,
    })),
    tooltip: jobTip(input),
    dataZoom: zoomsOf(x.length),
    series: x.flatMap((scale, i) => {
      const position = positionOf(input, scale);
      const at = (row: number): [number, number] => [position(row), lossOf(input.table, row)];
      const points = (rows: readonly number[]) => pointsOf(rows, { x: scale, y }, at, CELLS);
      return [
        scatter({ id: `jobs${i}`, data: points(input.rows), color: look.point, grid: i, opacity: 0.55 }),
        {
          ...scatter({
            id: `best${i}`,
            data: points(best === undefined ? [] : [best]),
            color: look.accent,
            size: 13,
            grid: i,
            opacity: 1,
          }),
          symbol: "diamond",
          z: 5,
        },
        picked(points(chosen), look, i),
      ];
    }),
  };
}

export function sliceLabel(input: PlotInput, { parameters }: SliceView): string {
  const best = bestOf(input, input.rows);
  const names = parameters.map(({ name }) => name).join(", ");
  const of = `The loss of ${counted(input.rows.length, "job")} against ${names}.`;
  if (best === undefined) return `${of} No job has a loss yet.`;
  const values = parameters.flatMap(({ name }) => {
    const column = columnOf(input, `params.${name}`);
    const value = column?.number(best) ?? NaN;
    if (!column || Number.isNaN(value)) return [];
    return [`${name} ${column.kind === "category" ? column.text(best) : number(value)}`];
  });
  return `${of} The best has ${values.join(", ")}.`;
}

export const sliceData = (input: PlotInput, { parameters }: SliceView) => (): PlotData => {
  const columns = parameters.flatMap(({ name }) => columnOf(input, `params.${name}`) ?? []);
  return {
    columns: ["job", "loss", ...columns.map(({ label }) => label)],
    rows: input.rows.map((row) => [
      row + 1,
      lossOf(input.table, row),
      ...columns.map((each) => (each.kind === "category" ? each.text(row) : each.number(row))),
    ]),
  };
};
