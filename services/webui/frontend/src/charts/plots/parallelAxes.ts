// The axes of parallel coordinates. Each is drawn from 0 to 1, whatever its scale, so that logarithms and
// categories stand beside each other, and a job that has no such value has a place of its own below.
import { number } from "../../parts/format";
import type { Column } from "../../jobs/filters";
import { allRows, columnOf, lossOf, searched, type PlotInput } from "../input";
import { lossScale, parameterScale, shareOf, valueAt, type LossView, type Scale } from "../scale";

/** Where a job stands that has no value. */
export const NONE = -0.1;
const MOST = 12; // axes, until people ask for more
const ROOM = 0.03;
const TICKS = 5;

export interface Axis {
  /** The id of its column. */
  id: string;
  scale: Scale;
  /** Whether a job may lack it. */
  hasNone: boolean;
  /** From 0 to 1, or `NONE`. */
  place: (row: number) => number;
}

/** The columns that can be axes: parameters, the loss, metrics, and how long a job took. */
export function choosable(input: PlotInput): Column[] {
  const ids = new Set(searched(input).map(({ name }) => `params.${name}`));
  const isOther = (id: string) => id.startsWith("metrics.") || id === "loss" || id === "seconds";
  return input.columns.filter(({ id }) => ids.has(id) || isOther(id));
}

/** The ids that are shown where nobody chose. */
export const usualAxes = (input: PlotInput): string[] => [
  ...searched(input)
    .slice(0, MOST)
    .map(({ name }) => `params.${name}`),
  "loss",
];

/** As they stand in an address. */
export const writeAxes = (ids: readonly string[]): string => ids.map(encodeURIComponent).join(",");

/** What is asked for, as far as it is there; fewer than two axes are no plot. */
export function chosenAxes(input: PlotInput, written: string | null): string[] {
  const known = new Set(choosable(input).map(({ id }) => id));
  const asked = [...new Set((written ?? "").split(",").map(readId))].filter((id) => known.has(id));
  return asked.length > 1 ? asked : usualAxes(input).filter((id) => known.has(id));
}

function readId(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return ""; // a % that stands for no character
  }
}

/** `rows`: those that will be drawn. */
export function axesOf(input: PlotInput, ids: readonly string[], loss: LossView, rows: readonly number[]): Axis[] {
  return ids.flatMap((id) => {
    const column = columnOf(input, id);
    if (!column) return [];
    const parameter = input.parameters.find(({ name }) => id === `params.${name}`);
    const scale = parameter ? parameterScale(input, parameter) : id === "loss" ? lossScale(input, loss) : extent(input, column);
    const valueOf = id === "loss" ? (row: number) => lossOf(input.table, row) : (row: number) => column.number(row);
    const share = shareOf(scale);
    const place = (row: number) => {
      const at = share(valueOf(row));
      return Number.isNaN(at) ? NONE : Math.min(1, Math.max(0, at));
    };
    const isConditional = parameter !== undefined && Object.keys(parameter.when).length > 0;
    return [{ id, scale, place, hasNone: isConditional || rows.some((row) => place(row) === NONE) }];
  });
}

/** From the lowest to the highest value that there is. */
function extent({ table }: PlotInput, column: Column): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (const row of allRows(table)) {
    const value = column.number(row);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 1];
  const room = (high - low || Math.abs(high) || 1) * ROOM;
  const name = column.id === "seconds" ? "time (s)" : column.label;
  return { column: column.id, name, type: "value", low: low - room, high: high + room, labels: [], isWhole: false };
}

/** What stands at an axis: places and texts, from below. */
export function ticksOf({ scale, hasNone }: Axis): Map<number, string> {
  const share = shareOf(scale);
  const found = new Map<number, string>(hasNone ? [[NONE, "none"]] : []);
  if (scale.type === "category") scale.labels.forEach((label, code) => found.set(share(code), label));
  else for (const value of scale.type === "log" ? logTicks(scale) : evenTicks(scale)) found.set(share(value), number(value, 4));
  return found;
}

function evenTicks({ low, high, isWhole }: Scale): number[] {
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(isWhole ? 1 : 0, [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? power);
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten; between few of them 2 and 5, and of many only some. */
function logTicks(scale: Scale): number[] {
  const { low, high } = scale;
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.max(1, Math.ceil((to - from) / (TICKS + 2)));
  const powers = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i).filter((power) => (power - from) % every === 0);
  if (powers.length > 2) return powers.map((power) => 10 ** power);
  const fine = [from - 1, ...powers].flatMap((power) => [1, 2, 5].map((each) => Number((each * 10 ** power).toPrecision(12))));
  const within = fine.filter((value) => value >= low && value <= high);
  return within.length > 1 ? within : [low, high].map((end) => Number(end.toPrecision(3)));
}

/** Where an axis begins. */
export const lowest = ({ hasNone }: Axis): number => (hasNone ? NONE - 0.06 : 0);

/** The value at a place of an axis. */
export const valueOn = ({ scale }: Axis, place: number): number => valueAt(scale, place);
