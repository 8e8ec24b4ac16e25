// What the gateway refused, and why.
import type { FieldProblem } from "./types";

/** A call failed: refused by the gateway (`status` is HTTP's), or nobody answered (`status` is 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly fields: FieldProblem[];

  constructor(status: number, message: string, fields: FieldProblem[] = []) {
    super(message);
    this.name = "ApiProblem";
    this.status = status;
    this.fields = fields;
  }

  /** The problem of one field, if it has any. */
  of(field: string): string | undefined {
    return this.fields.find((each) => each.field === field)?.problem;
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
