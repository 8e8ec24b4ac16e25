// Where in the form a problem belongs that the gateway has found.
import type { FieldProblem } from "../../api/types";
import type { Row } from "../../space/rows";
import type { Problem } from "./check";

const FIELDS = [
  "name", "image", "command", "working_dir", "data", "environment", "secrets", "network", "pull", "runtime",
  "privileged", "objective", "algorithm.name", "algorithm.seed", "algorithm.options", "budget.jobs", "budget.wall_time",
  "budget.target_loss", "budget.max_failures", "parallelism", "retries", "timeout", "priority", "pool",
  "resources.cpus", "resources.memory", "resources.gpus", "resources.shm_size", "resources.disk", "tags", "notes",
]; // prettier-ignore
const OF_ROWS = ["low", "high", "step", "values", "value", "when"];

/** The problem with its field called as the form does, if it has it. */
export function placed({ field, problem }: FieldProblem, rows: readonly Row[] | null): Problem {
  if (field === "algorithm") return { field: "algorithm.name", problem };
  const known = FIELDS.find((each) => field === each || field.startsWith(`${each}.`) || field.startsWith(`${each}[`));
  if (known) return { field: known, problem };
  return { field: (rows && rowField(field, rows)) ?? field, problem };
}

function rowField(field: string, rows: readonly Row[]): string | null {
  if (!field.startsWith("space.")) return null;
  const rest = field.slice("space.".length);
  const row = rows
    .filter(({ name }) => rest === name || rest.startsWith(`${name}.`) || rest.startsWith(`${name}[`))
    .toSorted((one, other) => other.name.length - one.name.length)[0];
  if (!row) return null;
  const part = /^\.?(\w*)/.exec(rest.slice(row.name.length))?.[1] ?? "";
  const isList = part === "" && rest !== row.name;
  return `space:${row.id}.${isList ? "values" : OF_ROWS.includes(part) ? part : "name"}`;
}

/** Ours first: they are of this very moment; where we have said something, the gateway need not say it again. */
export function together(own: readonly Problem[], asked: readonly Problem[]): Problem[] {
  const known = new Set(own.map(({ field }) => field));
  const hasTarget = known.has("image") || known.has("command");
  const hasSpace = [...known].some((field) => field.startsWith("space"));
  const isSaid = (field: string) => known.has(field) || (field === "" && hasTarget) || (field === "space" && hasSpace);
  return [...own, ...asked.filter(({ field }) => !isSaid(field))];
}

/** How people call a field that is in a list of problems. */
export function wordOf(field: string, rows: readonly Row[] | null): string {
  const [, id, part] = /^space:(.+)\.(\w+)$/.exec(field) ?? [];
  if (!id) return field;
  const name = rows?.find((row) => row.id === id)?.name;
  return `${name === undefined || name === "" ? "a parameter" : name}: ${part ?? ""}`;
}

/** The id of a field's input in the page. */
export const idOf = (field: string): string => `field-${field.replace(/[^\w-]/g, "-")}`;

/** How the gateway calls a field of the form. */
export function writtenField(field: string, rows: readonly Row[] | null): string {
  const [, id, part = ""] = /^space:(.+)\.(\w+)$/.exec(field) ?? [];
  const row = id === undefined ? undefined : rows?.find((each) => each.id === id);
  if (!row) return field.replace(/^space:.*/, "space");
  return part === "name" ? `space.${row.name}` : `space.${row.name}.${part}`;
}
