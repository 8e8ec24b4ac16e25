// What is plainly wrong with a space, by row and field: said while it is typed, before the gateway is asked.
import type { Row } from "./rows";
import { unwritable } from "./rows";
import { tokenOf } from "./tokens";

export interface RowProblem {
  id: string;
  field: "name" | "low" | "high" | "step" | "values" | "value" | "when";
  problem: string;
  /** Something is not there yet: no reproach before somebody wants to go on. */
  isMissing: boolean;
}

export function problemsOfRows(rows: readonly Row[]): RowProblem[] {
  const names = [...unwritable(rows)].map(([id, problem]): RowProblem => {
    const isMissing = rows.some((row) => row.id === id && !row.name);
    return { id, field: "name", problem, isMissing };
  });
  return [...names, ...rows.flatMap((row) => [...ofValues(row), ...ofConditions(row, rows)])];
}

/** A number as it was written; a text that is one counts, as it does for the gateway. */
export function numeric(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
}

const wrong = ({ id }: Row, field: RowProblem["field"], problem: string): RowProblem => ({
  id,
  field,
  problem,
  isMissing: false,
});
const missing = (row: Row, field: RowProblem["field"], problem: string): RowProblem => ({
  ...wrong(row, field, problem),
  isMissing: true,
});

function ofValues(row: Row): RowProblem[] {
  if (row.kind === "constant")
    return row.value === undefined ? [missing(row, "value", "Give its value")] : [];
  if (row.kind === "choice")
    return row.values.length ? [] : [missing(row, "values", "Name at least one value")];
  return [...ofNumbers(row), ...ofRange(row)];
}

function ofNumbers(row: Row): RowProblem[] {
  const found: RowProblem[] = [];
  for (const field of ["low", "high", "step"] as const) {
    const value = row[field];
    if (value === undefined || value === null) {
      if (field !== "step") found.push(missing(row, field, "Give a number"));
    } else if (!Number.isFinite(numeric(value))) found.push(wrong(row, field, "This is no number"));
    else if (row.kind === "int" && !Number.isInteger(numeric(value)))
      found.push(wrong(row, field, "An int has whole numbers"));
  }
  return found;
}

function ofRange(row: Row): RowProblem[] {
  const [low, high, step] = [numeric(row.low), numeric(row.high), numeric(row.step)];
  const found: RowProblem[] = [];
  const tell = (field: RowProblem["field"], problem: string) => found.push(wrong(row, field, problem));
  if (low > high) tell("low", "Low is above high");
  if (row.log === true && low <= 0) tell("low", "A log scale begins above 0");
  if (step <= 0) tell("step", "A step is above 0");
  else if (row.log === true && !Number.isNaN(step)) tell("step", "Steps do not go with a log scale");
  return found;
}

function ofConditions(row: Row, rows: readonly Row[]): RowProblem[] {
  const byId = new Map(rows.map((each) => [each.id, each]));
  const found: RowProblem[] = [];
  const tell = (problem: string, isMissing = false) => found.push({ id: row.id, field: "when", problem, isMissing });
  for (const { on, written, values } of row.when) {
    const parent = on === null ? undefined : byId.get(on);
    if (!parent) tell(written ? `There is no parameter ${written}` : "Choose a parameter", !written);
    else if (parent.id === row.id) tell("It cannot depend on itself");
    else if (parent.kind === "float") tell(`${parent.name} is a float, whose values cannot be named`);
    else if (!values.length) tell(`Choose values of ${parent.name}`, true);
    else {
      const foreign = values.find((value) => !canBe(parent, value));
      if (foreign !== undefined) tell(`${parent.name} is never ${tokenOf(foreign)}`);
    }
  }
  const circle = circleOf(row, byId);
  if (circle) tell(`This goes in a circle: ${circle.join(" needs ")}`);
  return found;
}

function canBe(parent: Row, value: unknown): boolean {
  if (parent.kind === "constant") return parent.value === undefined || tokenOf(parent.value) === tokenOf(value);
  if (parent.kind === "choice") return parent.values.some((each) => tokenOf(each) === tokenOf(value));
  const [low, high, step, at] = [numeric(parent.low), numeric(parent.high), numeric(parent.step), numeric(value)];
  if (typeof value !== "number" || !Number.isInteger(at)) return false;
  return !(at < low) && !(at > high) && (!(step > 0) || (at - low) % step === 0);
}

/** The names around the circle of conditions in which a row stands. */
function circleOf(row: Row, byId: ReadonlyMap<string, Row>): string[] | null {
  const seen = new Set<string>();
  const look = (at: Row, path: string[]): string[] | null => {
    for (const { on } of at.when) {
      const parent = on === null ? undefined : byId.get(on);
      if (!parent || parent === at) continue;
      if (parent.id === row.id) return [...path, row.name];
      if (seen.has(parent.id)) continue;
      seen.add(parent.id);
      const found = look(parent, [...path, parent.name]);
      if (found) return found;
    }
    return null;
  };
  return look(row, [row.name]);
}
