// Which jobs are shown: what people filter by in the table, and brush in plots. Kept in the address.
import type { NumberColumn } from "./column";
import { ordered } from "./order";
import type { JobTable } from "./table";

/** A range of a column (both ends belong to it), or some of its values. */
export type Filter =
  | { column: string; low: number; high: number }
  | { column: string; values: string[] };

/** A column of the table: how it is called in filters and addresses, and what it holds. */
export interface Column {
  /** `number`, `loss`, `state`, …, `params.NAME`, `metrics.NAME`. */
  id: string;
  label: string;
  kind: "number" | "category" | "time" | "seconds";
  /** For sorting, filtering and plotting; NaN: there is none. Of a category its code. */
  number(row: number): number;
  /** Of a category its label; empty: there is none. */
  text(row: number): string;
  /** Of a category, all labels by their codes. */
  labels: readonly string[];
}

/** All columns of a table in the order in which they are shown. */
export function columnsOf(table: JobTable): Column[] {
  const numeric = (id: string, label: string, kind: Column["kind"], from: (row: number) => number) => ({
    id,
    label,
    kind,
    number: from,
    text: (row: number) => (Number.isNaN(from(row)) ? "" : String(from(row))),
    labels: [],
  });
  const plain = (id: string, label: string, kind: Column["kind"], values: NumberColumn) =>
    numeric(id, label, kind, (row) => values.get(row));
  const category = (id: string, label: string, values: JobTable["state"]): Column => ({
    id,
    label,
    kind: "category",
    number: (row) => values.codes.get(row),
    text: (row) => values.label(row),
    labels: values.labels,
  });
  return [
    numeric("number", "Job", "number", (row) => row + 1),
    category("state", "State", table.state),
    plain("loss", "Loss", "number", table.loss),
    ...table.params
      .filter(({ parameter }) => parameter.kind !== "constant")
      .map((each) => {
        const { name } = each.parameter;
        return each.kind === "number"
          ? plain(`params.${name}`, name, "number", each.values)
          : category(`params.${name}`, name, each.values);
      }),
    ...[...table.metrics].map(([name, values]) => plain(`metrics.${name}`, name, "number", values)),
    numeric("seconds", "Time", "seconds", (row) => table.finishedAt.get(row) - table.startedAt.get(row)),
    category("worker", "Worker", table.worker),
    plain("attempt", "Attempts", "number", table.attempt),
    category("origin", "Origin", table.origin),
    category("reason", "Reason", table.reason),
    plain("proposed_at", "Proposed", "time", table.proposedAt),
    plain("started_at", "Started", "time", table.startedAt),
    plain("finished_at", "Finished", "time", table.finishedAt),
  ];
}

/** The rows that meet all filters, by their numbers. */
export function matching(
  table: JobTable,
  columns: readonly Column[],
  filters: readonly Filter[],
): number[] {
  const tests = filters.flatMap((filter) => {
    const column = columns.find((each) => each.id === filter.column);
    return column ? [testOf(column, filter)] : [];
  });
  const found: number[] = [];
  rows: for (let row = 0; row < table.size; row++) {
    if (!table.has(row)) continue;
    for (const test of tests) if (!test(row)) continue rows;
    found.push(row);
  }
  return found;
}

function testOf(column: Column, filter: Filter): (row: number) => boolean {
  if ("values" in filter) {
    const wanted = new Set(filter.values);
    if (column.kind !== "category") return (row) => wanted.has(column.text(row));
    const isWanted = column.labels.map((label) => wanted.has(label));
    const isNoneWanted = wanted.has("");
    return (row) => isWanted[column.number(row)] ?? isNoneWanted;
  }
  const { low, high } = filter;
  return (row) => {
    const value = column.number(row);
    return value >= low && value <= high;
  };
}

/** The rows by a column; those that have no value there come last, either way. */
export function sorted(rows: readonly number[], column: Column, isDescending: boolean): number[] {
  if (column.id === "number") return isDescending ? rows.toReversed() : [...rows];
  if (column.kind !== "category") return ordered(rows, (row) => column.number(row), isDescending);
  const ranks = ranksOf(column.labels);
  return ordered(rows, (row) => ranks[column.number(row)] ?? NaN, isDescending);
}

/** The place of each code in the order of the labels. */
function ranksOf(labels: readonly string[]): number[] {
  const order = labels.map((_, code) => code);
  order.sort((a, b) => (labels[a] ?? "").localeCompare(labels[b] ?? "", undefined, { numeric: true }));
  const ranks: number[] = [];
  order.forEach((code, rank) => (ranks[code] = rank));
  return ranks;
}

/** Filters as they stand in an address, and back: `loss:0.1..0.5`, `state=failed|pruned`; `;` between. */
export const writeFilters = (filters: readonly Filter[]): string =>
  filters
    .map((each) =>
      "values" in each
        ? `${encodeURIComponent(each.column)}=${each.values.map(encodeURIComponent).join("|")}`
        : `${encodeURIComponent(each.column)}:${end(each.low)}..${end(each.high)}`,
    )
    .join(";");

/** What nobody can have written is passed over: addresses are typed and cut by people. */
export const readFilters = (text: string): Filter[] =>
  text.split(";").flatMap((part) => {
    try {
      return readFilter(part) ?? [];
    } catch {
      return []; // a % that stands for no character
    }
  });

const end = (value: number): string => (Number.isFinite(value) ? String(value) : "");

function readFilter(part: string): Filter | null {
  const range = /^([^:=]+):(.*?)\.\.(.*)$/.exec(part);
  if (range) {
    const [, column = "", from, to] = range;
    const [low, high] = [from ? Number(from) : -Infinity, to ? Number(to) : Infinity];
    return Number.isNaN(low) || Number.isNaN(high) ? null : { column: decodeURIComponent(column), low, high };
  }
  const [column, values] = part.split("=");
  if (!column || values === undefined) return null;
  return { column: decodeURIComponent(column), values: values.split("|").map(decodeURIComponent) };
}
