// What a fork of a trial is asked for: the moment, the results, and what the draft changes.
import { ApiProblem } from "../../api/problem";
import type { Fork, TrialSpec } from "../../api/types";
import { documentOf } from "./cloning";
import { isRaw, isSame, type Raw } from "./raw";

export const FORK = " (fork)";
const CHANGES = "changes.";

/** Which moment, as it stands in the address: a position, the number of a job that had ended, or now. */
export interface ForkMoment {
  at: number | undefined;
  afterJob: number | undefined;
  results: boolean;
}

export function momentIn(query: URLSearchParams): ForkMoment {
  const numberIn = (name: string) => {
    const text = query.get(name) ?? "";
    return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
  };
  const afterJob = numberIn("after");
  return { at: afterJob ? undefined : numberIn("at"), afterJob, results: query.get("results") !== "no" };
}

export const forkOf = (spec: TrialSpec, document: Raw, { at, afterJob, results }: ForkMoment): Fork => ({
  at: at ?? null,
  after_job: afterJob ?? null,
  changes: mergePatch(documentOf(spec, ""), document),
  results,
  fill: {},
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
