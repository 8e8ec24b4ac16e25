// What can be done with the rows of the editor.
import { numeric } from "../check";
import type { Kind, Row } from "../rows";

const freshId = (rows: readonly Row[]): string =>
  `p${1 + Math.max(0, ...rows.map(({ id }) => Number(id.slice(1)) || 0))}`;

export function added(rows: readonly Row[]): Row[] {
  return [...rows, { id: freshId(rows), name: "", kind: "float", values: [], when: [], short: true, extra: {} }];
}

/** Right behind the original, under a name that is free. */
export function duplicated(rows: readonly Row[], id: string): Row[] {
  const copy = (row: Row): Row => ({ ...row, id: freshId(rows), name: freeName(rows, row.name) });
  return rows.flatMap((row) => (row.id === id ? [row, copy(row)] : [row]));
}

function freeName(rows: readonly Row[], name: string): string {
  const bare = name.replace(/_\d+$/, "");
  for (let i = 2; ; i++) if (!rows.some((row) => row.name === `${bare}_${i}`)) return `${bare}_${i}`;
}

export function moved(rows: readonly Row[], id: string, by: number): Row[] {
  const from = rows.findIndex((row) => row.id === id);
  const rest = rows.filter((row) => row.id !== id);
  const row = rows[from];
  return row ? rest.toSpliced(Math.max(0, from + by), 0, row) : [...rows];
}

/** Conditions on what is gone stay, so that they can be seen and mended. */
export function removed(rows: readonly Row[], id: string): Row[] {
  const name = rows.find((row) => row.id === id)?.name ?? "";
  return rows
    .filter((row) => row.id !== id)
    .map((row) => ({
      ...row,
      when: row.when.map((each) => (each.on === id ? { ...each, on: null, written: name } : each)),
    }));
}

/** Another type; what the new one has no use for is left, in case the type is changed back. */
export function retyped(row: Row, kind: Kind): Row {
  const whole = (value: unknown) => (Number.isFinite(numeric(value)) ? Math.round(numeric(value)) : value);
  if (kind === "int")
    return { ...row, kind, low: whole(row.low), high: whole(row.high), step: row.step && whole(row.step) };
  if (kind === "choice" && !row.values.length && row.value !== undefined) return { ...row, kind, values: [row.value] };
  if (kind === "constant" && row.value === undefined) return { ...row, kind, value: row.values[0] };
  return { ...row, kind };
}
