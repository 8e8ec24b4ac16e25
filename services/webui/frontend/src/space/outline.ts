// The search space as the pages need it: a flat list of parameters, in the order of the space.

/** `{type: float, low, high, log?, step?}` and so on: as the gateway writes a parameter. */
export type Definition =
  | { type: "float" | "int"; low: number; high: number; log?: boolean; step?: number; when?: When }
  | { type: "choice"; values: unknown[]; when?: When }
  | { type: "constant"; value: unknown; when?: When };

/** Values that another parameter must have for this one to be there. */
export type When = Record<string, unknown[]>;

export interface Parameter {
  /** Dotted path; a dot or backslash within a key is escaped by a backslash. */
  name: string;
  kind: "float" | "int" | "choice" | "constant";
  low: number;
  high: number;
  log: boolean;
  step: number | null;
  /** Of a choice all, of a constant one. */
  values: unknown[];
  when: When;
}

const ESCAPED_WHEN = "\\when";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isDefinition = (value: Record<string, unknown>): value is Record<string, unknown> & Definition =>
  ["float", "int", "choice", "constant"].includes(value["type"] as string);

/** The parameters of a space in its canonical form (`TrialSpec.space`); of a union, of any part. */
export function parametersOf(space: unknown): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const alternative of Array.isArray(space) ? space : [space])
    if (isRecord(alternative)) collect(alternative, [], found);
  return [...found.values()];
}

function collect(group: Record<string, unknown>, path: string[], found: Map<string, Parameter>): void {
  for (const [written, value] of Object.entries(group)) {
    if (!isRecord(value) || written === "when") continue; // conditions of a group: `when` below holds
    const key = written === ESCAPED_WHEN ? "when" : written;
    if (isDefinition(value)) {
      const parameter = parameterOf([...path, key].join("."), value);
      const known = found.get(parameter.name);
      found.set(parameter.name, known ? united(known, parameter) : parameter);
    } else collect(value, [...path, key], found);
  }
}

function parameterOf(name: string, definition: Definition): Parameter {
  const base = { name, log: false, step: null, low: NaN, high: NaN, when: definition.when ?? {} };
  switch (definition.type) {
    case "choice":
      return { ...base, kind: "choice", values: definition.values };
    case "constant":
      return { ...base, kind: "constant", values: [definition.value] };
    default: {
      const { type, low, high, log = false, step = null } = definition;
      return { ...base, kind: type, low, high, log, step, values: [] };
    }
  }
}

/** What holds for both, where parts of a union define the same name differently. */
function united(one: Parameter, other: Parameter): Parameter {
  const isNumber = (each: Parameter) => each.kind === "float" || each.kind === "int";
  if (isNumber(one) && isNumber(other))
    return {
      ...one,
      kind: one.kind === other.kind ? one.kind : "float",
      low: Math.min(one.low, other.low),
      high: Math.max(one.high, other.high),
      log: one.log && other.log,
      step: one.step === other.step ? one.step : null,
    };
  const seen = new Map([...one.values, ...other.values].map((each) => [JSON.stringify(each), each]));
  return { ...one, kind: "choice", values: [...seen.values()] };
}

/** The keys that a parameter's name stands for. */
export function pathOf(name: string): string[] {
  const keys = [""];
  for (let i = 0; i < name.length; i++) {
    const character = name[i] ?? "";
    if (character === ".") keys.push("");
    else keys.push((keys.pop() ?? "") + (character === "\\" ? (name[++i] ?? "") : character));
  }
  return keys;
}

/** The value of a parameter in a job's params; undefined: it is not there. */
export function valueOf(params: unknown, name: string): unknown {
  let place = params;
  for (const key of pathOf(name)) place = isRecord(place) ? place[key] : undefined;
  return place;
}

/** Params by their names, nested again as targets read them. */
export function nested(flat: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of flat) {
    const keys = pathOf(name);
    const last = keys.pop() ?? name;
    let place = root;
    for (const key of keys) place = (place[key] ??= {}) as Record<string, unknown>;
    place[last] = value;
  }
  return root;
}
