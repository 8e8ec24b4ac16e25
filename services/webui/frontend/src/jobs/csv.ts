// Rows of the table as text for other programs: as a file, or to be pasted into a spreadsheet.
import type { Column } from "./filters";

const FORMULA = /^[=+\-@\t\r\n]/; // a spreadsheet would run it

/** The rows as CSV, a piece per row: joined they are the file. */
export function csvOf(columns: readonly Column[], rows: readonly number[]): string[] {
  const line = (fields: string[]) => `${fields.map(quoted).join(",")}\r\n`;
  return [line(columns.map(titleOf)), ...rows.map((row) => line(columns.map((each) => fieldOf(each, row))))];
}

/** The rows as spreadsheets take them from the clipboard. */
export function tsvOf(columns: readonly Column[], rows: readonly number[]): string {
  const line = (fields: string[]) => fields.map((each) => each.replace(/[\t\r\n]+/g, " ")).join("\t");
  return [line(columns.map(titleOf)), ...rows.map((row) => line(columns.map((each) => fieldOf(each, row))))].join("\n");
}

const titleOf = (column: Column): string => safe(column.id);

function fieldOf(column: Column, row: number): string {
  if (column.kind === "category") return safe(column.text(row));
  const value = column.number(row);
  if (Number.isNaN(value)) return "";
  return column.kind === "time" ? new Date(value * 1000).toISOString() : String(value);
}

const safe = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
