// An end of a range as people type it: a number, or a moment in their time zone.
import type { Column } from "./filters";

/** Empty: the range is open there. */
export function writeEnd(column: Column, value: number): string {
  if (!Number.isFinite(value)) return "";
  if (column.kind !== "time") return String(value);
  const at = new Date(value * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** Null: nothing, or no number. */
export function readEnd(column: Column, text: string): number | null {
  if (text.trim() === "") return null;
  const value = column.kind === "time" ? Date.parse(text) / 1000 : Number(text);
  return Number.isNaN(value) ? null : value;
}
