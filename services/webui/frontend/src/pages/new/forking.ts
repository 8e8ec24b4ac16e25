// What a fork of a trial is asked for: the moment, the results, and what the draft changes.
import { ApiProblem } from "../../api/problem";
import type { Fork, TrialSpec } from "../../api/types";
import { pathOf } from "../../space/outline";
import { readRows, type Row } from "../../space/rows";
import { numberOf, textOf } from "../../space/useTyped";
import { documentOf } from "./cloning";
import { isRaw, isSame, type Raw } from "./raw";

export const FORK = " (fork)";
const CHANGES = "changes.";
/** What stands in the address before the name of a parameter. */
export const FILL = "fill.";

/** Which moment, as it stands in the address: a position, the number of a job that had ended, or now. */
export interface ForkMoment {
  /** A text is none, as the gateway will say. */
  at: number | string | undefined;
  afterJob: number | undefined;
  results: boolean;
  /** What parameters were that the results lack, as it was typed, by name. */
  fill: ReadonlyMap<string, string>;
}

export function momentIn(query: URLSearchParams): ForkMoment {
  const numberIn = (name: string) => {
    const text = query.get(name) ?? "";
    return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
  };
  const afterJob = numberIn("after");
  const at = query.get("at") ?? "";
  const filled = [...query].filter(([name, text]) => name.startsWith(FILL) && text);
  return {
    at: afterJob || !at ? undefined : (numberIn("at") ?? at),
    afterJob,
    results: query.get("results") !== "no",
    fill: new Map(filled.map(([name, text]) => [name.slice(FILL.length), text])),
  };
}

export const forkOf = (spec: TrialSpec, document: Raw, { at, afterJob, results, fill }: ForkMoment): Fork => ({
  at: at ?? null,
  after_job: afterJob ?? null,
  changes: { ...mergePatch(documentOf(spec, ""), document), ...steered(document) },
  results,
  fill: lackedRows(spec, document).reduce<Raw>((filled, row) => {
    const text = fill.get(row.name);
    return text === undefined ? filled : withValue(filled, pathOf(row.name), valueOf(row, text));
  }, {}),
});

/** The parameters that a draft searches and that the results of the trial lack. */
export function lackedRows(spec: TrialSpec, document: Raw): Row[] {
  const [before, after] = [readRows(spec.space), readRows(document["space"])];
  if (!("rows" in before) || !("rows" in after)) return [];
  const known = new Set(before.rows.map(({ name }) => name));
  return after.rows.filter(({ name, kind }) => kind !== "constant" && name && !known.has(name));
}

const valueOf = (row: Row, text: string): unknown =>
  row.values.find((value) => textOf(value) === text) ?? numberOf(text);

function withValue(place: Raw, [key = "", ...rest]: readonly string[], value: unknown): Raw {
  const inner = place[key];
  return { ...place, [key]: rest.length ? withValue(isRaw(inner) ? inner : {}, rest, value) : value };
}

const NO_BUDGET: Raw = { jobs: null, wall_time: null, target_loss: null, max_failures: null };

/** What may have been changed since the trial was submitted is said in full: the fork is what the form shows. */
const steered = ({ budget, parallelism, priority }: Raw): Raw => ({
  budget: isRaw(budget) ? { ...NO_BUDGET, ...budget } : (budget ?? NO_BUDGET),
  parallelism: parallelism ?? 1,
  priority: priority ?? 0,
});

/** The JSON merge patch (RFC 7396) that makes one document of another. */
export function mergePatch(before: Raw, after: Raw): Raw {
  const patch: Raw = {};
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (isSame(old, value)) continue;
    patch[key] = isRaw(old) && isRaw(value) ? mergePatch(old, value) : value;
  }
  return patch;
}

/** The same problem, with its fields as the draft has them. */
export function ofDraft(error: unknown): unknown {
  if (!(error instanceof ApiProblem)) return error;
  const fields = error.fields.map((each) => ({
    ...each,
    field: each.field.startsWith(CHANGES) ? each.field.slice(CHANGES.length) : each.field,
  }));
  return new ApiProblem(error.status, error.message, fields);
}
