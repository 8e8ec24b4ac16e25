// A point as it stands in a form: texts by parameter, and what is wrong with them.
import { labelOf } from "../../jobs/column";
import { nested, parametersOf, type Parameter } from "../../space/outline";
import type { Params } from "../../api/types";
import { number } from "../../parts/format";

/** By parameter: of a number its digits, of a choice its value as JSON. */
export type Draft = Readonly<Record<string, string>>;

/** The parts of a union, of which a point has one; another space is its only part. */
export const partsOf = (space: unknown): Parameter[][] =>
  (Array.isArray(space) ? (space as unknown[]) : [space]).map(parametersOf);

/** The part that params fit best. */
export function partOf(parts: readonly Parameter[][], values: Iterable<readonly [string, unknown]>): number {
  const given = new Map(values);
  const misfit = (part: readonly Parameter[]) => {
    const names = new Set(part.map((each) => each.name));
    return [...given].filter(([name, value]) => !names.has(name) || !fits(part, name, value)).length;
  };
  const misfits = parts.map(misfit);
  return Math.max(0, misfits.indexOf(Math.min(...misfits)));
}

const fits = (part: readonly Parameter[], name: string, value: unknown): boolean => {
  const parameter = part.find((each) => each.name === name);
  if (!parameter) return false;
  if (parameter.values.length) return parameter.values.some((each) => same(each, value));
  return typeof value === "number" && value >= parameter.low && value <= parameter.high;
};

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A draft of some values; what is not given is left empty, but for a choice, which has its first value. */
export function draftOf(parameters: readonly Parameter[], values: Iterable<readonly [string, unknown]> = []): Draft {
  const given = new Map(values);
  return Object.fromEntries(
    parameters.map((parameter) => [parameter.name, textOf(parameter, given.get(parameter.name))]),
  );
}

function textOf(parameter: Parameter, value: unknown): string {
  if (parameter.values.length) return JSON.stringify(value ?? parameter.values[0]);
  return typeof value === "number" ? String(value) : "";
}

export const optionsOf = (parameter: Parameter): { value: string; label: string }[] =>
  parameter.values.map((each) => ({ value: JSON.stringify(each), label: labelOf(each) }));

/** What a draft says of a parameter; undefined: nothing that can be read. */
function valueOf(parameter: Parameter, text: string | undefined): unknown {
  if (parameter.kind === "constant") return parameter.values[0];
  if (!text?.trim()) return undefined;
  if (parameter.kind === "choice") return JSON.parse(text) as unknown;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Those whose conditions hold. */
export function activeOf(parameters: readonly Parameter[], draft: Draft): Parameter[] {
  const byName = new Map(parameters.map((each) => [each.name, each]));
  const known = new Map<string, boolean>();
  const isActive = (parameter: Parameter): boolean => {
    const before = known.get(parameter.name);
    if (before !== undefined) return before;
    known.set(parameter.name, false);
    const holds = Object.entries(parameter.when).every(([reference, values]) => {
      const parent = byName.get(reference.replace(/^\./, ""));
      if (!parent || !isActive(parent)) return false;
      const value = valueOf(parent, draft[parent.name]);
      return values.some((each) => same(each, value));
    });
    known.set(parameter.name, holds);
    return holds;
  };
  return parameters.filter(isActive);
}

/** By parameter, what a person should do about it. */
export function problemsOf(parameters: readonly Parameter[], draft: Draft): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const parameter of activeOf(parameters, draft)) {
    const problem = problemOf(parameter, draft[parameter.name] ?? "");
    if (problem) problems[parameter.name] = problem;
  }
  return problems;
}

function problemOf(parameter: Parameter, text: string): string | undefined {
  const { kind, low, high, step } = parameter;
  if (kind === "constant" || kind === "choice") return undefined;
  if (!text.trim()) return "Give a value.";
  const value = Number(text);
  if (!Number.isFinite(value)) return "Give a number.";
  if (kind === "int" && !Number.isInteger(value)) return "Give a whole number.";
  if (value < low || value > high) return `Give ${rangeOf(parameter)}.`;
  if (step !== null && !isOnStep(value, low, step))
    return `Give ${rangeOf(parameter)}, such as ${number(nearest(parameter, value))}.`;
  return undefined;
}

const isOnStep = (value: number, low: number, step: number): boolean => {
  const steps = (value - low) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6 * Math.max(1, Math.abs(steps));
};

const nearest = ({ low, high, step }: Parameter, value: number): number => {
  const at = low + Math.round((value - low) / (step ?? 1)) * (step ?? 1);
  return at > high ? at - (step ?? 1) : at;
};

/** `a number from 0 to 0.5 in steps of 0.05`. */
export const rangeOf = ({ kind, low, high, step }: Parameter): string =>
  `a ${kind === "int" ? "whole " : ""}number from ${number(low)} to ${number(high)}` +
  (step === null ? "" : ` in steps of ${number(step)}`);

/** The params that a draft without problems stands for. */
export const paramsOf = (parameters: readonly Parameter[], draft: Draft): Params =>
  nested(activeOf(parameters, draft).map((each) => [each.name, valueOf(each, draft[each.name])] as const));
