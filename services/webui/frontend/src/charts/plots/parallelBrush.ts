// Brushes on the axes of parallel coordinates are filters on their columns, and the other way round.
import type { Filter } from "../../jobs/filters";
import { rangeFilter } from "../input";
import { shareOf } from "../scale";
import { NONE, valueOn, type Axis } from "./parallelAxes";

/** A part of an axis, in its places. */
export type Interval = readonly [from: number, to: number];

/** A brush that is drawn now. */
export interface Stroke {
  /** The id of the axis. */
  axis: string;
  interval: Interval;
}

const EDGE = 0.004; // of the axis: a brush that ends so near to its end lets through all beyond
const LOWEST = -0.04; // above the place of those without a value

/** What a brush lets through. Null: all. */
export function filterOfBrush(axis: Axis, [from, to]: Interval): Filter | null {
  const takesNone = axis.hasNone && from <= NONE && to >= NONE;
  const { column, type, labels } = axis.scale;
  if (type === "category") {
    const share = shareOf(axis.scale);
    const values = labels.filter((_, code) => share(code) >= from && share(code) <= to);
    const isAll = values.length === labels.length && takesNone === axis.hasNone;
    if (isAll || (!values.length && !takesNone)) return null;
    return { column, values: takesNone ? [...values, ""] : values };
  }
  if (to <= LOWEST) return takesNone ? { column, values: [""] } : null;
  const [isOpenBelow, isOpenAbove] = [from <= EDGE, to >= 1 - EDGE];
  if (isOpenBelow && isOpenAbove) return takesNone || !axis.hasNone ? null : { column, low: -Infinity, high: Infinity };
  const [tidy] = rangeFilter(column, [valueOn(axis, Math.max(0, from)), valueOn(axis, Math.min(1, to))]);
  if (!tidy || "values" in tidy) return null;
  return { column, low: isOpenBelow ? -Infinity : tidy.low, high: isOpenAbove ? Infinity : tidy.high };
}

/** Where an axis is brushed so that it shows its filter. */
export function brushOfFilter(axis: Axis, filters: readonly Filter[]): Interval[] {
  const filter = filters.find(({ column }) => column === axis.id);
  if (!filter) return [];
  const none: Interval[] = axis.hasNone ? [[NONE - 0.03, NONE + 0.03]] : [];
  if (!("values" in filter)) {
    const share = shareOf(axis.scale);
    const within = (value: number, end: number) => (Number.isFinite(value) ? Math.min(1, Math.max(0, share(value) || 0)) : end);
    return [[within(filter.low, 0), within(filter.high, 1)]];
  }
  const wanted = new Set(filter.values);
  return [...(wanted.has("") ? none : []), ...(axis.scale.type === "category" ? runs(axis, wanted) : [])];
}

/** Categories beside each other are brushed as one. */
function runs({ scale }: Axis, wanted: ReadonlySet<string>): Interval[] {
  const share = shareOf(scale);
  const found: [number, number][] = [];
  scale.labels.forEach((label, code) => {
    if (!wanted.has(label)) return;
    const last = found.at(-1);
    const [from, to] = [share(code - 0.35), share(code + 0.35)];
    if (last && wanted.has(scale.labels[code - 1] ?? "")) last[1] = to;
    else found.push([from, to]);
  });
  return found;
}

/** What dragging does that begins at a place of an axis: it moves the brush that is there, or one of its ends, or draws another. */
export function strokeFrom(at: number, brushes: readonly Interval[], near: number): (to: number) => Interval {
  for (const [from, to] of brushes) {
    if (Math.abs(at - from) <= near) return (place) => span(to, place);
    if (Math.abs(at - to) <= near) return (place) => span(from, place);
    if (at > from && at < to) return (place) => [from + place - at, to + place - at];
  }
  return (place) => span(at, place);
}

const span = (one: number, other: number): Interval => (one < other ? [one, other] : [other, one]);

/** Whether a job is outside of a brush. */
export function isOutside(axes: readonly Axis[], stroke: Stroke | null): ((row: number) => boolean) | undefined {
  const place = axes.find(({ id }) => id === stroke?.axis)?.place;
  if (!stroke || !place) return undefined;
  const [from, to] = stroke.interval;
  return (row) => place(row) < from || place(row) > to;
}
