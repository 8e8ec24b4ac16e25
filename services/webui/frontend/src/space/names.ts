// Names of parameters as the editor writes them: dotted paths, a dot within a key escaped.
import { pathOf } from "./outline";

export const escapeKey = (key: string): string => key.replaceAll("\\", "\\\\").replaceAll(".", "\\.");

export const nameOf = (path: readonly string[]): string => path.map(escapeKey).join(".");

/** What is wrong with a name by itself. */
export function nameProblem(name: string): string | undefined {
  if (!name) return "Give it a name";
  if (name.replaceAll(/\\[.\\]/g, "").includes("\\")) return "A backslash must be followed by a dot or a backslash";
  if (pathOf(name).some((key) => !key)) return "A dot needs a name on both sides";
  return undefined;
}
