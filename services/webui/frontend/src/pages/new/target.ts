// What jobs run, and which fields go with it: the gateway refuses those that nobody would see to.
import type { Raw } from "./raw";

export type TargetKind = "image" | "command" | "external";

const OF_CONTAINERS = ["data", "runtime", "network", "privileged"];
const OF_WORKERS = ["timeout", "resources", "environment", "secrets", "pull", "pool", "retries"];
const WITHOUT: Record<TargetKind, readonly string[]> = {
  image: ["external", "working_dir"],
  command: ["external", "image", "pull", ...OF_CONTAINERS],
  external: ["image", "command", "working_dir", ...OF_WORKERS, ...OF_CONTAINERS],
};
const FIRST: Record<TargetKind, Raw> = { image: { image: "" }, command: { command: [] }, external: { external: true } };

export function targetOf(document: Raw): TargetKind {
  if (document["external"] === true) return "external";
  if (isSet(document["image"])) return "image";
  return isSet(document["command"]) ? "command" : "image";
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** The document with another kind of target; what does not go with it is put aside, not lost. */
export function withTarget(document: Raw, aside: Raw, kind: TargetKind): { document: Raw; aside: Raw } {
  const without = new Set(WITHOUT[kind]);
  const all = Object.entries({ ...aside, ...document });
  const fitting = Object.fromEntries(all.filter(([name]) => !without.has(name)));
  const target = Object.keys(FIRST[kind]).filter((name) => !isSet(fitting[name]));
  return {
    document: ordered({ ...fitting, ...Object.fromEntries(target.map((name) => [name, FIRST[kind][name]])) }),
    aside: Object.fromEntries(all.filter(([name]) => without.has(name) && name !== "external")),
  };
}

const BEGIN = ["name", "image", "external", "command", "working_dir", "space", "param_space"];

/** The fields in the order in which people expect them. */
export function ordered(document: Raw): Raw {
  const first = BEGIN.filter((name) => Object.hasOwn(document, name));
  const rest = Object.keys(document).filter((name) => !BEGIN.includes(name));
  return Object.fromEntries([...first, ...rest].map((name) => [name, document[name]]));
}

