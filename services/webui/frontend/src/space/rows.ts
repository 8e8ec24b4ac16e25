// The search space as the editor shows it: a flat list of rows, read from a trial file's `space` in any of its
// spellings and written back so that it means the same. What rows cannot show is refused, never dropped.
import { escapeKey, nameOf, nameProblem } from "./names";
import { pathOf } from "./outline";

export type Kind = "float" | "int" | "choice" | "constant";

/** A row is there only where another one has one of these values. */
export interface Condition {
  /** The id of the row that it hangs on; null: there is none of the name. */
  on: string | null;
  /** The name as it was written, where no row has it. */
  written: string;
  values: unknown[];
}

export interface Row {
  /** Stays the same while the name is typed. */
  id: string;
  name: string;
  kind: Kind;
  /** As written: numbers, or what was typed instead of one. */
  low?: unknown;
  high?: unknown;
  step?: unknown;
  log?: unknown;
  values: unknown[];
  value?: unknown;
  when: Condition[];
  /** Written as `[a, b]` or as a bare constant. */
  short: boolean;
  /** Keys that no parameter has; kept, so that the gateway's refusal can be understood. */
  extra: Record<string, unknown>;
}

type Raw = Record<string, unknown>;
const isRaw = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

const KEYS: Record<Kind, readonly string[]> = {
  float: ["low", "high", "log", "step"],
  int: ["low", "high", "log", "step"],
  choice: ["values"],
  constant: ["value"],
};
/** Where a bare value would make its group look like a parameter. */
const DRAWS = ["hdock_distr", "hdock_samples", "hdock_distr_kwargs", "hdock_seed"];
const TELLING = new Set(["type", "low", "high", "values", ...DRAWS]);

interface Written {
  row: Row;
  scope: string[];
  when: Raw;
}

/** The rows of a space, or why there can be none. */
export function readRows(space: unknown): { rows: Row[] } | { reason: string } {
  if (space === undefined || space === null) return { rows: [] };
  if (Array.isArray(space)) return { reason: "It is a list of spaces: each job draws from one of them." };
  if (!isRaw(space)) return { reason: "It is no object that names parameters." };
  const written: Written[] = [];
  const reason = "when" in space || typeof space["type"] === "string" ? WHOLE : collect(space, [], written);
  if (reason) return { reason };
  const ids = new Map(written.map(({ row }) => [row.name, row.id]));
  for (const { row, scope, when } of written)
    row.when = Object.entries(when).map(([key, values]) => {
      const on = resolve(key, scope, ids);
      return { on, written: on ? "" : key, values: Array.isArray(values) ? values : [values] };
    });
  return { rows: written.map(({ row }) => row) };
}

const WHOLE = "The space as a whole has a type or a condition; only its parameters can.";

function collect(group: Raw, path: string[], written: Written[]): string | undefined {
  for (const [key, value] of Object.entries(group)) {
    const keys = pathOf(key === "\\when" ? "when" : key);
    if (keys.length > 1 || !key) return `The name "${key}" cannot stand there.`;
    const here = [...path, keys[0] ?? ""];
    const name = nameOf(here);
    if (!isRaw(value) || typeof value["type"] === "string") {
      const made = rowOf(`p${written.length + 1}`, name, value);
      if (typeof made === "string") return made;
      written.push({ row: made.row, when: made.when, scope: path });
      continue;
    }
    if (value["when"] !== undefined && value["when"] !== null) return `The group ${name} has a condition of its own.`;
    if ("hdock_distr" in value || "hdock_samples" in value)
      return `${name} is drawn as in the original Hyperdock's format.`;
    const members = Object.fromEntries(Object.entries(value).filter(([each]) => each !== "when"));
    if (!Object.keys(members).length) return `The group ${name} has no parameters.`;
    const reason = collect(members, here, written);
    if (reason) return reason;
  }
  return undefined;
}

function rowOf(id: string, name: string, raw: unknown): { row: Row; when: Raw } | string {
  const base = { id, name, values: [], when: [], short: true, extra: {} };
  if (Array.isArray(raw)) return { row: { ...base, kind: "choice", values: raw }, when: {} };
  if (!isRaw(raw)) return { row: { ...base, kind: "constant", value: raw }, when: {} };
  const { type, when = null, ...rest } = raw;
  const keys = Object.hasOwn(KEYS, String(type)) ? KEYS[type as Kind] : undefined;
  if (!keys) return `The type of ${name}, "${String(type)}", is unknown.`;
  if (when !== null && !isRaw(when)) return `The condition of ${name} names no parameter.`;
  if (type === "choice" && !Array.isArray(rest["values"])) return `The values of ${name} are no list.`;
  const known = Object.fromEntries(Object.entries(rest).filter(([key]) => keys.includes(key)));
  const extra = Object.fromEntries(Object.entries(rest).filter(([key]) => !keys.includes(key)));
  return { row: { ...base, ...known, kind: type as Kind, short: false, extra }, when: when ?? {} };
}

/** The row that a name in a `when` means: one in the group itself first; a dot in front asks for the full name. */
function resolve(key: string, scope: readonly string[], ids: ReadonlyMap<string, string>): string | null {
  const bare = key.replace(/^\./, "");
  if (nameProblem(bare)) return null;
  const nearby = nameOf([...scope, ...pathOf(bare)]);
  if (!key.startsWith(".") && ids.has(nearby)) return ids.get(nearby) ?? null;
  return ids.get(nameOf(pathOf(bare))) ?? null;
}

/** The space that the rows stand for. Rows of the same name hide each other: see `unwritable`. */
export function writeSpace(rows: readonly Row[]): Raw {
  const ids = new Map(rows.map((row) => [row.name, row.id]));
  const names = new Map(rows.map((row) => [row.id, row.name]));
  const root = new Map<string, unknown>();
  for (const row of rows) {
    const keys = pathOf(row.name);
    const last = keys.pop() ?? "";
    let place = root;
    for (const key of keys.map(writtenKey)) {
      const known = place.get(key);
      const group = known instanceof Map ? (known as Map<string, unknown>) : new Map<string, unknown>();
      place.set(key, group);
      place = group;
    }
    const when = row.when.map((each) => [reference(each, keys, ids, names), valuesOf(each)] as const);
    place.set(writtenKey(last), definition(row, last, when));
  }
  return plain(root);
}

const writtenKey = (key: string): string => (key === "when" ? "\\when" : escapeKey(key));

const plain = (group: Map<string, unknown>): Raw =>
  Object.fromEntries(
    [...group].map(([key, value]) => [key, value instanceof Map ? plain(value as Map<string, unknown>) : value]),
  );

function definition(row: Row, key: string, when: (readonly [string, unknown])[]): unknown {
  const isBare = row.short && !when.length && !TELLING.has(key);
  if (isBare && row.kind === "choice") return row.values;
  const isScalar = typeof row.value !== "object" || row.value === null;
  if (isBare && row.kind === "constant" && isScalar && row.value !== undefined) return row.value;
  const made: Raw = { type: row.kind };
  for (const name of KEYS[row.kind]) {
    const value = row[name as keyof Row];
    if (value !== undefined) made[name] = value;
  }
  Object.assign(made, row.extra);
  if (when.length) made["when"] = Object.fromEntries(when);
  return made;
}

function reference(
  condition: Condition,
  scope: string[],
  ids: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, string>,
): string {
  const name = condition.on === null ? undefined : names.get(condition.on);
  if (name === undefined) return condition.written;
  return resolve(name, scope, ids) === condition.on ? name : `.${name}`;
}

const valuesOf = ({ values }: Condition): unknown =>
  values.length === 1 && !Array.isArray(values[0]) ? values[0] : values;

/** Names by which rows hide each other or cannot be written at all, with what to do; by the row's id. */
export function unwritable(rows: readonly Row[]): Map<string, string> {
  const problems = new Map<string, string>();
  const seen = new Map<string, number>();
  for (const { name } of rows) seen.set(name, (seen.get(name) ?? 0) + 1);
  for (const { id, name } of rows) {
    const wrong = nameProblem(name);
    const inside = name && rows.find((each) => each.name.startsWith(`${name}.`));
    if (wrong) problems.set(id, wrong);
    else if ((seen.get(name) ?? 0) > 1) problems.set(id, `There are several called ${name}`);
    else if (inside) problems.set(id, `${inside.name} makes ${name} a group: rename one of them`);
  }
  return problems;
}
