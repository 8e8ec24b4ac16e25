// What can be changed of an open trial, as texts of a form and back.
import { ApiProblem } from "../../api/problem";
import type { Changes, Trial } from "../../api/types";
import { duration, number } from "../../parts/format";

export const FIELDS = ["jobs", "wall_time", "target_loss", "max_failures", "parallelism", "priority"] as const;
export type FieldName = (typeof FIELDS)[number];
export type ChangeDraft = Readonly<Record<FieldName, string>>;

const BUDGET: readonly FieldName[] = ["jobs", "wall_time", "target_loss", "max_failures"];

/** Seconds as the gateway reads them: `90s`, `1h30m`. */
export function spanOf(seconds: number): string {
  let rest = seconds;
  let text = "";
  for (const [unit, size] of [["d", 86_400], ["h", 3_600], ["m", 60]] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) text += `${count}${unit}`;
  }
  return rest || !text ? `${text}${Number(rest.toFixed(3))}s` : text;
}

export const draftOfTrial = ({ budget, parallelism, priority }: Trial): ChangeDraft => ({
  jobs: budget.jobs === null ? "" : String(budget.jobs),
  wall_time: budget.wall_time === null ? "" : spanOf(budget.wall_time),
  target_loss: budget.target_loss === null ? "" : String(budget.target_loss),
  max_failures: budget.max_failures === null ? "" : String(budget.max_failures),
  parallelism: String(parallelism),
  priority: String(priority),
});

/** What is wrong before anybody is asked. */
export function draftProblems(draft: ChangeDraft): Partial<Record<FieldName, string>> {
  const problems: Partial<Record<FieldName, string>> = {};
  const whole = (field: FieldName, least: number, isOptional: boolean) => {
    const text = draft[field].trim();
    if (!text && isOptional) return;
    if (!text || !Number.isInteger(Number(text)) || Number(text) < least)
      problems[field] = least === -Infinity ? "Give a whole number." : `Give a whole number from ${least} on.`;
  };
  whole("jobs", 1, true);
  whole("max_failures", 0, true);
  whole("parallelism", 1, false);
  whole("priority", -Infinity, false);
  const loss = draft.target_loss.trim();
  if (loss && !Number.isFinite(Number(loss))) problems.target_loss = "Give a number.";
  if (draft.wall_time.trim() && !/^\s*(\d+(\.\d+)?\s*[dhms]?\s*)+$/.test(draft.wall_time))
    problems.wall_time = "Give a time such as 90s, 10m, 1h30m or 2d.";
  if (!draft.jobs.trim() && !draft.wall_time.trim())
    problems.jobs = "Give jobs or a time: else the trial would never end.";
  return problems;
}

/** What of a draft differs from the trial, as the gateway takes it; null: nothing. */
export function changesOf(draft: ChangeDraft, trial: Trial): Changes | null {
  const before = draftOfTrial(trial);
  const isNew = (field: FieldName) => draft[field].trim() !== before[field];
  const changes: Changes = {};
  if (BUDGET.some(isNew))
    changes.budget = {
      jobs: numberOf(draft.jobs),
      wall_time: isNew("wall_time") ? draft.wall_time.trim() || null : trial.budget.wall_time,
      target_loss: numberOf(draft.target_loss),
      max_failures: numberOf(draft.max_failures),
    };
  if (isNew("parallelism")) changes.parallelism = Number(draft.parallelism);
  if (isNew("priority")) changes.priority = Number(draft.priority);
  return Object.keys(changes).length ? changes : null;
}

const numberOf = (text: string): number | null => (text.trim() ? Number(text) : null);

/** What the gateway refused, by the fields of the form; the rest is the first line of all. */
export function refusedFields(error: unknown): { fields: Partial<Record<FieldName, string>>; rest: string[] } {
  const fields: Partial<Record<FieldName, string>> = {};
  const rest: string[] = [];
  if (!(error instanceof ApiProblem)) return { fields, rest: [String(error)] };
  for (const { field, problem } of error.fields) {
    const name = field.replace(/^budget\./, "") as FieldName;
    if (FIELDS.includes(name)) fields[name] = problem;
    else rest.push(`${field}: ${problem}`);
  }
  return { fields, rest: error.fields.length ? rest : [error.message] };
}

/** What of a trial is not as its spec has it. */
export function changedSince(
  spec: { budget: Trial["budget"]; parallelism: number; priority: number; tags: string[]; notes: string },
  trial: Trial,
): { name: string; was: string; now: string }[] {
  const submitted = spec.notes ? "as submitted" : "";
  const rows: [string, string, string][] = [
    ["Jobs", shown(spec.budget.jobs), shown(trial.budget.jobs)],
    ["Wall time", duration(spec.budget.wall_time), duration(trial.budget.wall_time)],
    ["Target loss", shown(spec.budget.target_loss), shown(trial.budget.target_loss)],
    ["Most failures", shown(spec.budget.max_failures), shown(trial.budget.max_failures)],
    ["Parallelism", shown(spec.parallelism), shown(trial.parallelism)],
    ["Priority", shown(spec.priority), shown(trial.priority)],
    ["Tags", spec.tags.join(", "), trial.tags.join(", ")],
    ["Notes", submitted, trial.notes === spec.notes ? submitted : "edited"],
  ];
  return rows
    .filter(([, was, now]) => was !== now)
    .map(([name, was, now]) => ({ name, was: was || "none", now: now || "none" }));
}

const shown = (value: number | null): string => number(value);
