// What a runner says of an attempt, by names that people read. Runners differ in what they know, so
// what is not known here is shown by its own name.
import { bytes, duration, shown } from "../../parts/format";

export interface Fact {
  name: string;
  value: string;
  /** Ids and names that people copy. */
  isCode?: boolean;
}

const SIGNALS: Record<number, string> = { 2: "INT", 6: "ABRT", 8: "FPE", 9: "KILL", 11: "SEGV", 15: "TERM" };
const NAMES: Record<string, string> = {
  host: "Host",
  pid: "Process",
  container: "Container",
  image: "Image",
  image_digest: "Image digest",
  gpus: "GPUs",
  exit_code: "Exit code",
  out_of_memory: "Out of memory",
  seconds: "Target ran for",
  peak_memory: "Peak memory",
  warnings: "Warnings",
};
const CODES = new Set(["host", "pid", "container", "image", "image_digest"]);

/** In the order of the names above, then whatever else there is. */
export function factsOf(...reports: (Record<string, unknown> | null)[]): Fact[] {
  const all = reports.reduce<Record<string, unknown>>((sum, each) => ({ ...sum, ...each }), {});
  const rank = (name: string) => (name in NAMES ? Object.keys(NAMES).indexOf(name) : Infinity);
  return Object.entries(all)
    .filter(([, value]) => value !== null && value !== "" && value !== false && !(Array.isArray(value) && !value.length))
    .toSorted(([a], [b]) => rank(a) - rank(b) || 0)
    .map(([name, value]) => ({
      name: NAMES[name] ?? name.replaceAll("_", " "),
      value: words(name, value),
      isCode: CODES.has(name),
    }));
}

function words(name: string, value: unknown): string {
  if (value === true) return "yes";
  if (Array.isArray(value)) return value.map(shown).join(name === "warnings" ? "\n" : ", ");
  if (typeof value !== "number") return shown(value);
  if (name === "exit_code") return value > 128 ? `${value} (SIG${SIGNALS[value - 128] ?? value - 128})` : String(value);
  if (name === "seconds") return duration(value);
  if (name === "peak_memory") return bytes(value);
  return name === "pid" ? String(value) : shown(value);
}
