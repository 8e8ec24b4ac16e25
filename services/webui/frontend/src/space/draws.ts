// What random draws of a space look like, by the law of the supervisor: even on the scale of each parameter, every
// step, whole number and listed value with its share, and only where the conditions hold.
import { numeric } from "./check";
import type { Row } from "./rows";
import { tokenOf } from "./tokens";

export interface Histogram {
  /** Of how many draws the parameter was in. */
  share: number;
  /** In the order of the axis. */
  bars: { label: string; count: number }[];
  /** Numbers only: below which a tenth, half and nine tenths of the draws are. */
  tenths: [number, number, number] | null;
}

type Rule = (u: number) => unknown;
const MOST_BARS = 24;
/** How many draws a preview is of. */
export const DRAWS = 2_000;

/** Histograms by the rows' ids; a row that cannot be drawn yet has none. */
export function histograms(rows: readonly Row[], count = DRAWS): Map<string, Histogram> {
  const drawn = draw(rows, count);
  return new Map(
    rows.flatMap((row) => {
      const values = drawn.get(row.id);
      return values ? [[row.id, histogramOf(row, values, count)] as const] : [];
    }),
  );
}

/** The values of each row in so many draws, of those in which it is there. The same at every call. */
export function draw(rows: readonly Row[], count: number): Map<string, unknown[]> {
  const ordered = parentsFirst(rows).flatMap((row) => {
    const rule = ruleOf(row);
    const when = row.when.map(({ on, values }) => ({ on: on ?? "", keys: new Set(values.map(keyOf)) }));
    return rule ? [{ id: row.id, rule, when, values: [] as unknown[] }] : [];
  });
  const parents = new Set(ordered.flatMap(({ when }) => when.map(({ on }) => on)));
  const random = generator(20_231);
  for (let i = 0; i < count; i++) {
    const chosen = new Map<string, string>(); // of those that others depend on
    for (const { id, rule, when, values } of ordered) {
      const u = random();
      if (!when.every(({ on, keys }) => keys.has(chosen.get(on) ?? ""))) continue;
      const value = rule(u);
      values.push(value);
      if (parents.has(id)) chosen.set(id, keyOf(value));
    }
  }
  return new Map(ordered.map(({ id, values }) => [id, values]));
}

/** The same for the same value only: 1 and "1" are two. */
const keyOf = (value: unknown): string => JSON.stringify(value);

/** From the unit interval to a value; null: the definition is not complete. */
export function ruleOf(row: Row): Rule | null {
  if (row.kind === "constant") return row.value === undefined ? null : () => row.value;
  const count = row.values.length;
  if (row.kind === "choice") return count ? (u) => row.values[Math.min(Math.floor(u * count), count - 1)] : null;
  const [low, high, step] = [numeric(row.low), numeric(row.high), numeric(row.step)];
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high || step <= 0) return null;
  if (row.log === true) return low <= 0 || step > 0 ? null : logRule(row.kind === "int", low, high);
  if (row.kind === "int" || step > 0) {
    const apart = step > 0 ? step : 1;
    const places = Math.floor((high - low) / apart + 1e-9) + 1;
    return (u) => decimal(low + Math.min(Math.floor(u * places), places - 1) * apart);
  }
  return (u) => low * (1 - u) + high * u;
}

function logRule(isInt: boolean, low: number, high: number): Rule {
  // The share of a whole number is the width of its rounding interval on the log scale.
  const [first, last] = isInt ? [Math.log(low - 0.5), Math.log(high + 0.5)] : [Math.log(low), Math.log(high)];
  return (u) => {
    const value = Math.exp(first * (1 - u) + last * u);
    return Math.min(Math.max(isInt ? Math.round(value) : value, low), high);
  };
}

/** Steps are decimals: 0.1 + 0.2 is 0.3. */
const decimal = (value: number): number => Number(value.toPrecision(12));

/** Parents before their children; rows in a circle are left out. */
function parentsFirst(rows: readonly Row[]): Row[] {
  const ordered: Row[] = [];
  const placed = new Set<string>();
  let waiting = [...rows];
  while (waiting.length) {
    const ready = waiting.filter((row) => row.when.every(({ on }) => on !== null && placed.has(on)));
    if (!ready.length) break;
    for (const row of ready) placed.add(row.id);
    ordered.push(...ready);
    waiting = waiting.filter((row) => !placed.has(row.id));
  }
  return ordered;
}

/** Mulberry32: small, even enough for pictures, the same in every browser. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function histogramOf(row: Row, values: readonly unknown[], count: number): Histogram {
  const share = values.length / count;
  if (row.kind === "constant")
    return { share, bars: [{ label: tokenOf(row.value), count: values.length }], tenths: null };
  if (row.kind === "choice") return { share, bars: counted(values, row.values), tenths: null };
  const numbers = (values as number[]).toSorted((a, b) => a - b);
  const at = (part: number) => numbers[Math.floor(part * (numbers.length - 1))] ?? NaN;
  return { share, bars: numberBars(row, numbers), tenths: numbers.length ? [at(0.1), at(0.5), at(0.9)] : null };
}

function counted(values: readonly unknown[], possible: readonly unknown[]): Histogram["bars"] {
  const bars = new Map(possible.map((value) => [keyOf(value), { label: tokenOf(value), count: 0 }]));
  for (const value of values) {
    const bar = bars.get(keyOf(value));
    if (bar) bar.count += 1;
  }
  return [...bars.values()].slice(0, MOST_BARS);
}

/** A bar for each value where there are few, else even parts of the scale. */
function numberBars(row: Row, numbers: readonly number[]): Histogram["bars"] {
  const [low, high, step] = [numeric(row.low), numeric(row.high), numeric(row.step)];
  const apart = step > 0 ? step : row.kind === "int" ? 1 : 0;
  const places = low === high ? 1 : apart ? Math.floor((high - low) / apart + 1e-9) + 1 : Infinity;
  if (places <= MOST_BARS)
    return counted(numbers, Array.from({ length: places }, (_, i) => decimal(low + i * apart)));
  if (apart && row.log !== true) return grouped(numbers, low, apart, places);
  const scale = row.log === true ? Math.log : (value: number) => value;
  const [first, last] = [scale(low), scale(high)];
  const edge = (i: number) => {
    const at = first + ((last - first) * i) / MOST_BARS;
    return Number((row.log === true ? Math.exp(at) : at).toPrecision(3));
  };
  const bars = Array.from({ length: MOST_BARS }, (_, i) => ({
    label: `${edge(i)} to ${edge(i + 1)}`,
    count: 0,
  }));
  for (const value of numbers) {
    const place = Math.floor(((scale(value) - first) / (last - first)) * MOST_BARS);
    const bar = bars[Math.min(Math.max(place, 0), MOST_BARS - 1)];
    if (bar) bar.count += 1;
  }
  return bars;
}

/** Many steps: as many to a bar as fit, so that even shares look even. */
function grouped(numbers: readonly number[], low: number, apart: number, places: number): Histogram["bars"] {
  const each = Math.ceil(places / MOST_BARS);
  const bars = Array.from({ length: Math.ceil(places / each) }, (_, i) => {
    const last = Math.min((i + 1) * each, places) - 1;
    return { label: `${decimal(low + i * each * apart)} to ${decimal(low + last * apart)}`, count: 0 };
  });
  for (const value of numbers) {
    const bar = bars[Math.floor(Math.round((value - low) / apart) / each)];
    if (bar) bar.count += 1;
  }
  return bars;
}
