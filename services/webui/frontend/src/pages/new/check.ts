// What is plainly wrong with a document, by field: said at once. The gateway knows the rest, and is asked soon after.
import { problemsOfRows, numeric } from "../../space/check";
import type { Draft } from "./draft";
import { pairsOf, problemsOfPairs } from "./pairs";
import { isDuration, isSize } from "./quantities";
import { fieldOf, isRaw, type Raw } from "./raw";
import { targetOf } from "./target";

export interface Problem {
  /** Of the form: `budget.jobs`, `space:p3.low`; of something that the form has not: as the gateway calls it. */
  field: string;
  problem: string;
  /** Not there yet: kept quiet until somebody wants to submit. */
  isMissing?: boolean;
}

type Rule = readonly [field: string, low: number, high: number];
const WHOLE: readonly Rule[] = [
  ["budget.jobs", 1, 10_000_000],
  ["budget.max_failures", 0, Infinity],
  ["parallelism", 1, 100_000],
  ["retries", 0, 1_000],
  ["priority", -1_000, 1_000],
  ["algorithm.seed", 0, 2 ** 32 - 1],
  ["resources.gpus", 0, Infinity],
];
const DURATIONS = ["budget.wall_time", "timeout"];
const SIZES = ["resources.memory", "resources.shm_size", "resources.disk"];

export function problemsOf({ document, rows }: Draft): Problem[] {
  return [...ofTarget(document), ...ofSpace(document, rows), ...ofNumbers(document), ...ofVariables(document)];
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function ofTarget(document: Raw): Problem[] {
  const found: Problem[] = [];
  const { name, image, command } = document;
  if (!isGiven(name) || name === "") found.push({ field: "name", problem: "Give the trial a name", isMissing: true });
  else if (typeof name !== "string" || /[/\\]/.test(name))
    found.push({ field: "name", problem: "A name has no slashes" });
  else if (name.length > 100) found.push({ field: "name", problem: "At most 100 characters" });
  switch (targetOf(document)) {
    case "image":
      if (!isGiven(image) || image === "") found.push({ field: "image", problem: "Name the image", isMissing: true });
      else if (/\s/.test(String(image))) found.push({ field: "image", problem: "An image has no blanks in its name" });
      break;
    case "command":
      if (Array.isArray(command) && !command.length)
        found.push({ field: "command", problem: "Say what to run", isMissing: true });
      break;
    case "external":
  }
  return found;
}

function ofSpace(document: Raw, rows: Draft["rows"]): Problem[] {
  if (!rows) return [];
  if (!rows.length && !("param_space" in document))
    return [{ field: "space", problem: "Add at least one parameter", isMissing: true }];
  return problemsOfRows(rows).map(({ id, field, problem, isMissing }) => ({
    field: `space:${id}.${field}`,
    problem,
    isMissing,
  }));
}

function ofNumbers(document: Raw): Problem[] {
  const found: Problem[] = [];
  const look = (field: string, isRight: (value: unknown) => boolean, problem: string) => {
    const value = fieldOf(document, field);
    if (isGiven(value) && !isRight(value)) found.push({ field, problem });
  };
  for (const [field, low, high] of WHOLE) {
    const range = high === Infinity ? `${low} on` : `${low} to ${high.toLocaleString("en")}`;
    const isRight = (value: unknown) => Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
    look(field, isRight, `A whole number from ${range}`);
  }
  look("budget.target_loss", (value) => typeof value === "number", "This is no number");
  look("resources.cpus", (value) => numeric(value) > 0, "A number above 0");
  for (const field of DURATIONS) look(field, isDuration, "Write seconds, or e.g. 30s, 10m, 1h30m, 2d");
  for (const field of SIZES) look(field, isSize, "Write bytes, or e.g. 512m, 2g");
  return found;
}

function ofVariables(document: Raw): Problem[] {
  return ["environment", "secrets"].flatMap((field) => {
    const problem = problemsOfPairs(pairsOf(document[field]) ?? []).find((each) => each !== undefined);
    return problem ? [{ field, problem }] : [];
  });
}

/** The algorithm's parts, in whichever of its spellings. */
export function algorithmOf(document: Raw): { name: string; seed: unknown; options: Raw } {
  const written = document["algorithm"];
  if (typeof written === "string") return { name: written, seed: undefined, options: {} };
  if (!isRaw(written)) return { name: "", seed: undefined, options: {} };
  const { name, seed, options } = written;
  return {
    name: typeof name === "string" ? name : "",
    seed: seed ?? undefined,
    options: isRaw(options) ? options : {},
  };
}
