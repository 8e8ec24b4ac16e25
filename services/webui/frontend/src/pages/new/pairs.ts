// Variables as rows of a name and a value. While two rows have the same name, or one has none, they are written as
// the list of `NAME=VALUE` that trial files allow too: nothing is lost, and the gateway would refuse it.
import { isRaw } from "./raw";

export interface Pair {
  name: string;
  value: unknown;
}

/** The rows; null: it is neither a mapping nor a list. */
export function pairsOf(written: unknown): Pair[] | null {
  if (written === undefined || written === null) return [];
  if (isRaw(written)) return Object.entries(written).map(([name, value]) => ({ name, value }));
  if (!Array.isArray(written)) return null;
  return written.map(String).map((each) => {
    const at = each.indexOf("=");
    return at < 0 ? { name: each, value: each } : { name: each.slice(0, at), value: each.slice(at + 1) };
  });
}

export function writtenPairs(pairs: readonly Pair[]): unknown {
  if (!pairs.length) return undefined;
  const names = new Set(pairs.map(({ name }) => name));
  if (names.size === pairs.length && !names.has(""))
    return Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
  return pairs.map(({ name, value }) => `${name}=${String(value)}`);
}

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** What is wrong with the names, by row. */
export function problemsOfPairs(pairs: readonly Pair[]): (string | undefined)[] {
  return pairs.map(({ name }, i) => {
    if (!name) return "Give it a name";
    if (!NAME.test(name)) return "Use letters, digits and _";
    return pairs.some((each, j) => j < i && each.name === name) ? `${name} stands here twice` : undefined;
  });
}
