// The numbers behind a plot, as a file that every program reads.

export interface PlotData {
  columns: readonly string[];
  rows: Iterable<readonly (string | number | null | undefined)[]>;
}

export function csvOf({ columns, rows }: PlotData): string {
  const lines = [columns.map(field).join(",")];
  for (const row of rows) lines.push(row.map(field).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
