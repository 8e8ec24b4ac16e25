// What the gateway refused of a point: which words stand at no field of the form.
import { ApiProblem, messageOf } from "../../api/problem";

/** Before the names of parameters, as the gateway names their fields. */
export const BEFORE = "points[0].params.";

/** What was refused of no field that is shown. */
export function restOf(refused: unknown, shown: ReadonlySet<string>): string[] {
  if (refused === null) return [];
  if (!(refused instanceof ApiProblem) || !refused.fields.length) return [messageOf(refused)];
  return refused.fields
    .filter(({ field }) => !shown.has(field) && field !== "points[0].loss")
    .map(({ field, problem }) => `${field.startsWith(BEFORE) ? field.slice(BEFORE.length) : field}: ${problem}`);
}
