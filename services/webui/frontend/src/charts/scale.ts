// Axes: how far they go, and what stands at them. They hold all jobs, so filters do not move them.
import type { Filter } from "../jobs/filters";
import { number } from "../parts/format";
import type { Parameter } from "../space/outline";
import { columnOf, lossOf, rangeFilter, type PlotInput } from "./input";

export interface Scale {
  /** The id of the column. */
  column: string;
  name: string;
  type: "value" | "log" | "time" | "category";
  low: number;
  high: number;
  /** Of a category its values, by their codes. */
  labels: readonly string[];
  isWhole: boolean;
}

/** Which losses a plot has room for. */
export type LossView = "main" | "all" | "log";

const ROOM = 0.03; // of the axis, beyond the outermost job
const SAMPLE = 4_096;
const FAR = 2; // so many times the spread of the middle is an outlier

/** The scale of a parameter: the bounds of the space, and further where a job is beyond them. */
export function parameterScale(input: PlotInput, parameter: Parameter): Scale {
  const column = columnOf(input, `params.${parameter.name}`);
  const { name, log } = parameter;
  const id = `params.${name}`;
  if (parameter.kind === "choice" || column?.kind === "category") {
    const labels = column?.labels ?? [];
    return { column: id, name, type: "category", low: -0.5, high: labels.length - 0.5, labels, isWhole: true };
  }
  let { low, high } = parameter;
  if (column) {
    const { origin, size } = input.table;
    for (let row = 0; row < size; row++) {
      if (origin.label(row) === "optimizer") continue; // never beyond the bounds
      const value = column.number(row);
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  const isLog = log && low > 0;
  const room = isLog ? 0 : (high - low) * ROOM;
  return {
    column: id,
    name,
    type: isLog ? "log" : "value",
    low: isLog ? low / (high / low) ** ROOM : low - room,
    high: isLog ? high * (high / low) ** ROOM : high + room,
    labels: [],
    isWhole: parameter.kind === "int",
  };
}

type LossScale = Scale & { beyond: number };

const known = new WeakMap<PlotInput, Partial<Record<LossView, LossScale>>>();

/** The scale of the loss; `beyond` counts the jobs that it has no room for. */
export function lossScale(input: PlotInput, view: LossView): LossScale {
  const scales = known.get(input) ?? {};
  known.set(input, scales);
  return (scales[view] ??= foundScale(input, view));
}

function foundScale(input: PlotInput, view: LossView): LossScale {
  const { table, objective } = input;
  const losses: number[] = [];
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < table.size; row++) {
    const loss = lossOf(table, row);
    if (Number.isNaN(loss)) continue;
    losses.push(loss);
    if (loss < low) low = loss;
    if (loss > high) high = loss;
  }
  const base = { column: "loss", name: "loss", labels: [], isWhole: false, beyond: 0 };
  if (!losses.length) return { ...base, type: "value", low: 0, high: 1 };
  if (view === "log" && low > 0) {
    const room = high > low ? (high / low) ** ROOM : 2;
    return { ...base, type: "log", low: low / room, high: high * room };
  }
  if (view === "main") {
    const [near, far] = mainRange(losses);
    if (objective === "maximize") low = Math.max(low, near);
    else high = Math.min(high, far);
  }
  const room = (high - low || Math.abs(high) || 1) * ROOM;
  [low, high] = [low - room, high + room];
  const beyond = losses.filter((loss) => loss < low || loss > high).length;
  return { ...base, type: "value", low, high, beyond };
}

/** Where most losses are: a few diverged jobs would press all others onto one line. */
function mainRange(losses: readonly number[]): [number, number] {
  const step = Math.max(1, Math.floor(losses.length / SAMPLE));
  const sample = Float64Array.from({ length: Math.ceil(losses.length / step) }, (_, i) => losses[i * step] ?? 0).sort();
  const at = (share: number) => sample[Math.floor(share * (sample.length - 1))] ?? 0;
  const [near, far] = [at(0.1), at(0.9)];
  return near === far ? [-Infinity, Infinity] : [near - FAR * (far - near), far + FAR * (far - near)];
}

/** Where a value lies on the axis: 0 is its beginning, 1 its end. */
export function shareOf({ type, low, high }: Scale): (value: number) => number {
  if (type !== "log") return (value) => (value - low) / (high - low);
  const [from, size] = [Math.log(low), Math.log(high / low)];
  return (value) => (Math.log(value) - from) / size;
}

/** A share of the axis as a value. */
export function valueAt({ type, low, high }: Scale, share: number): number {
  return type === "log" ? low * (high / low) ** share : low + (high - low) * share;
}

/** The axis of a scale as ECharts wants it. */
export function axisOf(scale: Scale, place: { id: string; gridIndex?: number }) {
  const common = {
    ...place,
    name: scale.name,
    nameLocation: "middle" as const,
    nameTruncate: { maxWidth: 200, ellipsis: "…" },
  };
  const ends = { min: scale.low, max: scale.high };
  switch (scale.type) {
    case "time":
      return { ...common, ...ends, type: "time" as const };
    case "log":
      return {
        ...common,
        ...ends,
        type: "log" as const,
        axisLabel: { formatter: (value: number) => inside(scale, value) },
      };
    case "category":
      return {
        ...common,
        ...ends,
        type: "value" as const,
        interval: 1,
        splitLine: { show: false },
        axisLabel: {
          formatter: (value: number) => scale.labels[Math.round(value)] ?? "",
          customValues: scale.labels.map((_, code) => code),
          width: 70,
          overflow: "truncate" as const,
        },
      };
    default:
      return {
        ...common,
        ...ends,
        type: "value" as const,
        ...(scale.isWhole && { minInterval: 1 }),
        axisLabel: { showMinLabel: false, showMaxLabel: false, formatter: (value: number) => number(value, 4) },
      };
  }
}

const inside = ({ low, high }: Scale, value: number): string =>
  value >= low * 0.999 && value <= high * 1.001 ? number(value, 3) : "";

/** What a brush of the axis lets through; nothing: all. */
export function filterOf(scale: Scale, range: readonly [number, number]): Filter[] {
  if (!Number.isFinite(range[0])) return [];
  if (scale.type === "category") {
    const values = scale.labels.filter((_, code) => code >= range[0] - 0.3 && code <= range[1] + 0.3);
    return values.length && values.length < scale.labels.length ? [{ column: scale.column, values }] : [];
  }
  return rangeFilter(scale.column, range);
}
