// What differs between the specs of trials, and between their best params: rows of a table.
import type { Trial, TrialSpec } from "../../api/types";
import { duration, number, shown } from "../../parts/format";
import { parametersOf, type Parameter } from "../../space/outline";
import { lineOf, type Line } from "../trial/picking";
import { flat } from "../trial/writing";

/** Names of all, in the order in which they come first. */
const united = (all: readonly (readonly string[])[]): string[] => [...new Set(all.flat())];

/** Best params by name, one value a trial. */
export function bestLines(trials: readonly (Trial | undefined)[]): Line[] {
  const params = trials.map((each) => new Map(flat(each?.best?.params)));
  const names = united(params.map((each) => [...each.keys()]));
  return names.map((name) => lineOf(name, params.map((each) => each.get(name))));
}

/** A parameter in words: `1e-05 to 0.1, log`. */
export function parameterWords(parameter: Parameter | undefined): string {
  if (!parameter) return "";
  const { kind, low, high, log, step, values, when } = parameter;
  const words =
    kind === "constant"
      ? `always ${shown(values[0])}`
      : kind === "choice"
        ? values.map(shown).join(" | ")
        : [`${kind} ${number(low)} to ${number(high)}`, log && "log", step !== null && `step ${number(step)}`]
            .filter(Boolean)
            .join(", ");
  const conditions = Object.entries(when).map(([name, allowed]) => `${name} is ${allowed.map(shown).join(" or ")}`);
  return conditions.length ? `${words}; if ${conditions.join(" and ")}` : words;
}

const FIELDS: readonly (readonly [string, (spec: TrialSpec) => unknown])[] = [
  ["Image", (spec) => spec.image],
  ["Command", (spec) => spec.command?.join(" ")],
  ["Objective", (spec) => spec.objective],
  ["Algorithm", (spec) => spec.algorithm.name],
  ["Seed", (spec) => String(spec.algorithm.seed)],
  ["Algorithm options", (spec) => some(spec.algorithm.options)],
  ["Jobs", (spec) => spec.budget.jobs],
  ["Wall time", (spec) => duration(spec.budget.wall_time)],
  ["Target loss", (spec) => spec.budget.target_loss],
  ["Most failures", (spec) => spec.budget.max_failures],
  ["Parallelism", (spec) => spec.parallelism],
  ["Retries", (spec) => spec.retries],
  ["Priority", (spec) => spec.priority],
  ["Timeout", (spec) => duration(spec.timeout)],
  ["Resources", (spec) => some(given(spec.resources))],
  ["Environment", (spec) => some(spec.environment)],
  ["Secrets", (spec) => some(spec.secrets)],
  ["Data", (spec) => spec.data],
  ["Network", (spec) => spec.network],
  ["Pool", (spec) => spec.pool],
  ["Points given", (spec) => spec.points.length || null],
];

/** What is not left to be as it is anyway. */
const given = (record: object): object =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => Boolean(value)));

const some = (record: object): string => (Object.keys(record).length ? JSON.stringify(record) : "");

/** What of the specs differs: fields, then parameters of the space. */
export function specLines(specs: readonly (TrialSpec | undefined)[]): Line[] {
  const text = (value: unknown) => (value === null || value === undefined || value === "" ? undefined : value);
  const fields = FIELDS.map(([name, read]) => lineOf(name, specs.map((spec) => spec && text(read(spec)))));
  const spaces = specs.map((spec) => new Map((spec ? parametersOf(spec.space) : []).map((each) => [each.name, each])));
  const names = united(spaces.map((each) => [...each.keys()]));
  const parameters = names.map((name) =>
    lineOf(`space: ${name}`, spaces.map((space) => text(parameterWords(space.get(name))))),
  );
  return [...fields, ...parameters].filter((each) => each.isDifferent);
}
