// From the spec of a trial to the document of a new one: what is the default is left out, so that people read what
// was meant. As with the gateway's own clones a fresh seed is drawn, and the old points stay behind.
import type { Params, TrialSpec } from "../../api/types";
import { durationText, sizeText } from "./quantities";
import { isRaw, isSame, type Raw } from "./raw";
import { ordered } from "./target";

const LONGEST_NAME = 100;
const COPY = " (copy)";

const DEFAULTS: Raw = {
  objective: "minimize",
  parallelism: 1,
  retries: 3,
  priority: 0,
  pull: "missing",
  pool: "default",
  notes: "",
};

export function documentOf(spec: TrialSpec, suffix = COPY): Raw {
  const { algorithm, budget, resources, timeout, name, ...rest } = spec;
  const { gpus, cpus, ...sizes } = resources;
  const document: Raw = {
    ...rest,
    points: null,
    name: name.slice(0, LONGEST_NAME - suffix.length) + suffix,
    algorithm: Object.keys(algorithm.options).length
      ? { name: algorithm.name, options: algorithm.options }
      : algorithm.name,
    budget: told({ ...budget, wall_time: budget.wall_time === null ? null : durationText(budget.wall_time) }),
    timeout: timeout === null ? null : durationText(timeout),
    resources: told({
      cpus,
      gpus: gpus || null,
      ...Object.fromEntries(Object.entries(sizes).map(([key, size]) => [key, size === null ? null : sizeText(size)])),
    }),
  };
  if (document["algorithm"] === "auto") delete document["algorithm"];
  return ordered(told(document));
}

/** Without what says nothing: null, false, empty, or the default. */
const told = (document: Raw): Raw =>
  Object.fromEntries(
    Object.entries(document).filter(([name, value]) => {
      if (name === "space") return true;
      const isEmpty = isRaw(value) ? !Object.keys(value).length : Array.isArray(value) && !value.length;
      return value !== null && value !== false && !isEmpty && !isSame(value, DEFAULTS[name]);
    }),
  );

/** The params to be run first, if the document begins with these and no others. */
export const beginsWith = (document: Raw, params: Params): boolean => isSame(document["points"], [{ params }]);
