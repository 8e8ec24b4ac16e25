// All jobs of a trial, by columns. Row r is the job of number r + 1.
import type { Columns, JobOrigin, JobState } from "../api/types";
import type { Parameter } from "../space/outline";
import { CategoryColumn, NumberColumn } from "./column";

export const STATES: readonly JobState[] = [
  "pending",
  "running",
  "succeeded",
  "failed",
  "pruned",
  "cancelled",
];

export type ParamColumn =
  | { parameter: Parameter; kind: "number"; values: NumberColumn }
  | { parameter: Parameter; kind: "category"; values: CategoryColumn };

/** Targets may call each of their metrics something new: these many are kept. */
export const MOST_METRICS = 50;

/** Is changed in place; who shows it is told by a new `Jobs` around it. */
export class JobTable {
  readonly trialId: string;
  readonly params: readonly ParamColumn[];
  readonly state: CategoryColumn;
  readonly loss: NumberColumn;
  readonly origin: CategoryColumn;
  readonly attempt: NumberColumn;
  readonly worker: CategoryColumn;
  readonly slot: NumberColumn;
  readonly proposedAt: NumberColumn;
  readonly startedAt: NumberColumn;
  readonly finishedAt: NumberColumn;
  readonly reason: CategoryColumn;
  /** 1: its result counts no more. */
  readonly retracted: NumberColumn;
  readonly metrics = new Map<string, NumberColumn>();
  /** The newest intermediate loss and its step, of what was heard live. */
  readonly step: NumberColumn;
  readonly stepLoss: NumberColumn;
  /** The position up to which every event is in the row. */
  readonly asOf: NumberColumn;
  #size = 0;
  #loaded = 0;
  readonly #capacity: number;

  constructor(trialId: string, parameters: readonly Parameter[], capacity = 256) {
    this.trialId = trialId;
    this.#capacity = capacity;
    const numbers = () => new NumberColumn(capacity);
    const categories = (values?: readonly unknown[]) => new CategoryColumn(capacity, values);
    this.params = parameters.map((parameter) =>
      parameter.kind === "float" || parameter.kind === "int"
        ? { parameter, kind: "number", values: numbers() }
        : { parameter, kind: "category", values: categories(parameter.values) },
    );
    this.state = categories(STATES);
    this.loss = numbers();
    this.origin = categories();
    this.attempt = numbers();
    this.worker = categories();
    this.slot = numbers();
    this.proposedAt = numbers();
    this.startedAt = numbers();
    this.finishedAt = numbers();
    this.reason = categories();
    this.retracted = numbers();
    this.step = numbers();
    this.stepLoss = numbers();
    this.asOf = numbers();
  }

  /** One more than the highest row that there is. */
  get size(): number {
    return this.#size;
  }

  /** How many rows are there; others of those below `size` are still on their way. */
  get loaded(): number {
    return this.#loaded;
  }

  has(row: number): boolean {
    return !Number.isNaN(this.state.codes.get(row));
  }

  stateOf(row: number): JobState {
    return this.state.value(row) as JobState;
  }

  originOf(row: number): JobOrigin {
    return this.origin.value(row) as JobOrigin;
  }

  jobId(row: number): string {
    return `${this.trialId}.${row + 1}`;
  }

  param(name: string): ParamColumn | undefined {
    return this.params.find((each) => each.parameter.name === name);
  }

  /** The params of a job by the names of the parameters; those that are not there are left out. */
  paramsOf(row: number): [string, unknown][] {
    return this.params
      .map((each): [string, unknown] => [
        each.parameter.name,
        each.kind === "number" ? orNothing(each.values.get(row)) : each.values.value(row),
      ])
      .filter(([, value]) => value !== undefined);
  }

  /** Makes room for a job, counts it, and notes as of which position it is. */
  touch(row: number, position: number): void {
    this.asOf.set(row, position);
    if (!this.has(row)) this.#loaded += 1;
    this.#size = Math.max(this.#size, row + 1);
  }

  /** The column of a metric; undefined: there are too many. */
  metric(name: string): NumberColumn | undefined {
    const known = this.metrics.get(name);
    if (known ?? this.metrics.size >= MOST_METRICS) return known;
    const made = new NumberColumn(this.#capacity);
    this.metrics.set(name, made);
    return made;
  }

  /** Takes what the gateway has of some jobs; those that are here in a newer state stay so. */
  fill(columns: Columns): void {
    const { number, workers } = columns;
    const paramsByName = this.params.map((each) => columns.params[each.parameter.name] ?? []);
    const metrics = Object.entries(columns.metrics).map(
      ([name, values]) => [this.metric(name), values] as const,
    );
    for (let i = 0; i < number.length; i++) {
      const row = (number[i] ?? 0) - 1;
      if (this.asOf.get(row) > columns.position) continue;
      this.touch(row, columns.position);
      this.state.set(row, columns.state[i]);
      this.loss.set(row, columns.loss[i]);
      this.origin.set(row, columns.origin[i]);
      this.attempt.set(row, columns.attempt[i]);
      this.worker.set(row, workers[columns.worker[i] ?? -1]);
      this.slot.set(row, columns.slot[i]);
      this.proposedAt.set(row, columns.proposed_at[i]);
      this.startedAt.set(row, columns.started_at[i]);
      this.finishedAt.set(row, columns.finished_at[i]);
      this.reason.set(row, columns.reason[i] === "" ? undefined : columns.reason[i]);
      this.retracted.set(row, columns.retracted[i] ? 1 : null);
      this.params.forEach((each, at) => setParam(each, row, paramsByName[at]?.[i]));
      for (const [column, values] of metrics) column?.set(row, values[i]);
    }
  }
}

export function setParam(column: ParamColumn, row: number, value: unknown): void {
  const { parameter } = column;
  if (column.kind === "category")
    // Null is also what the gateway writes where a condition left the parameter out.
    if (value === null && parameter.values.includes(null) && !Object.keys(parameter.when).length)
      column.values.codes.set(row, column.values.codeOf(null));
    else column.values.set(row, value);
  else column.values.set(row, typeof value === "number" ? value : null);
}

const orNothing = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
