// Growing columns of numbers: what 100,000 jobs are kept in.

const LEAST = 64;

/** Numbers by row; NaN: there is none. */
export class NumberColumn {
  #values: Float64Array;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity).fill(NaN);
  }

  get(row: number): number {
    return this.#values[row] ?? NaN;
  }

  set(row: number, value: number | null | undefined): void {
    if (row >= this.#values.length) this.#grow(row);
    this.#values[row] = value ?? NaN;
  }

  #grow(row: number): void {
    const grown = new Float64Array(Math.max(2 * this.#values.length, row + 1, LEAST)).fill(NaN);
    grown.set(this.#values);
    this.#values = grown;
  }
}

/** One of some values by row, as codes: 0, 1, … in the order in which they were first seen. */
export class CategoryColumn {
  readonly codes: NumberColumn;
  readonly values: unknown[] = [];
  readonly labels: string[] = [];
  readonly #known = new Map<unknown, number>();

  constructor(capacity: number, values: readonly unknown[] = []) {
    this.codes = new NumberColumn(capacity);
    for (const each of values) this.codeOf(each);
  }

  /** The code of a value, which is new if it was never seen. */
  codeOf(value: unknown): number {
    const key = keyOf(value);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const label = labelOf(value);
    this.values.push(value);
    this.labels.push(this.labels.includes(label) ? JSON.stringify(value) : label);
    this.#known.set(key, this.values.length - 1);
    return this.values.length - 1;
  }

  set(row: number, value: unknown): void {
    this.codes.set(row, value === undefined || value === null ? null : this.codeOf(value));
  }

  /** The text of a row; empty: there is none. */
  label(row: number): string {
    return this.labels[this.codes.get(row)] ?? "";
  }

  value(row: number): unknown {
    return this.values[this.codes.get(row)];
  }
}

/** What tells values apart: `1` is not `"1"`, but two lists of the same are the same. */
const keyOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null ? `\u0000${JSON.stringify(value)}` : value;

/** A value of a parameter as people read it. */
export const labelOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);
