// Files by their folders, as a list that is read from above.
import type { JobFile } from "../../../api/types";

export type Entry =
  | { kind: "folder"; path: string; name: string; depth: number; count: number; size: number }
  | { kind: "file"; path: string; name: string; depth: number; size: number };

/** Folders before files, by name; what is in the closed folders is left out. */
export function entriesOf(files: readonly JobFile[], closed: ReadonlySet<string>): Entry[] {
  return below(files, "", 0, closed);
}

function below(files: readonly JobFile[], prefix: string, depth: number, closed: ReadonlySet<string>): Entry[] {
  const folders = new Map<string, JobFile[]>();
  const here: Entry[] = [];
  for (const file of files) {
    const [name = "", ...rest] = file.path.slice(prefix.length).split("/");
    if (rest.length) {
      const known = folders.get(name);
      if (known) known.push(file);
      else folders.set(name, [file]);
    } else here.push({ kind: "file", path: file.path, name, depth, size: file.size });
  }
  const byName = new Intl.Collator("en", { numeric: true }).compare;
  const found: Entry[] = [];
  for (const [name, inside] of [...folders].toSorted(([a], [b]) => byName(a, b))) {
    const path = `${prefix}${name}`;
    const size = inside.reduce((sum, each) => sum + each.size, 0);
    found.push({ kind: "folder", path, name, depth, count: inside.length, size });
    if (!closed.has(path)) found.push(...below(inside, `${path}/`, depth + 1, closed));
  }
  return [...found, ...here.toSorted((a, b) => byName(a.name, b.name))];
}
