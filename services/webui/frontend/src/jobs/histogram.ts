// How a column's numbers spread: what a filter's bars are drawn from.
import type { Column } from "./filters";

const BINS = 36;
const WIDE = 1_000; // so many times the least is the most: the small ones would share one bar

export interface Histogram {
  /** How many rows are in each bar. */
  bins: readonly number[];
  low: number;
  high: number;
  isLog: boolean;
}

/** Null: no row has a number there. */
export function histogramOf(column: Column, rows: readonly number[]): Histogram | null {
  let [low, high] = [Infinity, -Infinity];
  for (const row of rows) {
    const value = column.number(row);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
  const bins = new Array<number>(BINS).fill(0);
  const spread = { bins, low, high, isLog: column.kind !== "time" && low > 0 && high / low > WIDE };
  const share = shareIn(spread);
  for (const row of rows) {
    const value = column.number(row);
    if (Number.isNaN(value)) continue;
    const bin = Math.min(BINS - 1, Math.floor(share(value) * BINS));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return spread;
}

/** Where a number lies between the least (0) and the most (1). */
export function shareIn({ low, high, isLog }: Histogram): (value: number) => number {
  if (low === high) return () => 0.5;
  if (!isLog) return (value) => (value - low) / (high - low);
  const [from, size] = [Math.log(low), Math.log(high / low)];
  return (value) => (Math.log(value) - from) / size;
}

/** The number at a place between the least and the most, in as few digits as tell places apart. */
export function valueIn({ low, high, isLog }: Histogram, share: number): number {
  if (share <= 0) return low;
  if (share >= 1) return high;
  if (isLog) return Number((low * (high / low) ** share).toPrecision(3));
  const digits = Math.min(100, Math.max(0, 3 - Math.floor(Math.log10(high - low || 1))));
  return Number((low + share * (high - low)).toFixed(digits));
}
