// How wide the columns of the table are: as their values need, not as the window is.
import type { Column } from "./filters";

export const ROW = 32; // px
export const HEAD = 38;

const BY_ID: Record<string, number> = {
  number: 100,
  state: 120,
  loss: 148, // a step stands beside it
  attempt: 112,
  origin: 116,
};
const BY_KIND = { number: 112, seconds: 112, time: 188, category: 96 };
const CHARACTER = 7.6;
const TOOLS = 46; // of the head: order and filter
const PADDING = 24;
const WIDEST = 260;
const LOOKED_AT = 200; // labels

export function widthOf(column: Column): number {
  const fixed = BY_ID[column.id];
  if (fixed !== undefined) return fixed;
  const longest = Math.max(0, ...column.labels.slice(0, LOOKED_AT).map((label) => label.length));
  const needed = Math.max(BY_KIND[column.kind], column.label.length * CHARACTER + TOOLS, longest * CHARACTER + PADDING);
  return Math.round(Math.min(WIDEST, needed));
}
