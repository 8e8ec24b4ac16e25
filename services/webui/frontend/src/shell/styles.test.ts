// Each component of Mantine has its own style sheet. One that is forgotten is not seen in a test of
// its page, and one too many is loaded by everybody: so the list is checked against the sources.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { expect, it } from "vitest";

const MANTINE = resolve("node_modules/@mantine");
const SOURCES = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|testing\//.test(file))
  .map((file) => join("src", file));

/** The names that the sources import from one package. */
function imported(name: string): string[] {
  const found = new RegExp(`import \\{([^}]*)\\} from "${name}"`, "g");
  return SOURCES.flatMap((file) => [...readFileSync(file, "utf8").matchAll(found)])
    .flatMap((match) => (match[1] ?? "").split(","))
    .map((each) => each.trim())
    .filter((each) => each && !each.startsWith("type "));
}

/** The modules that `file` needs, itself among them, the needed ones first. */
function needed(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file) || !existsSync(file)) return [];
  seen.add(file);
  const inner = [...readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g)];
  return [...inner.flatMap(([, path]) => needed(join(dirname(file), path ?? ""), seen)), file];
}

/** The sheets of components, those of their parts first. */
function sheetsOf(names: readonly string[]): string[] {
  const exported = readFileSync(join(MANTINE, "core/esm/index.mjs"), "utf8");
  const modules = names.flatMap((name) => {
    const found = new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from "\\./([^"]+)"`).exec(exported);
    return found?.[1] ? needed(join(MANTINE, "core/esm", found[1])) : [];
  });
  const components = modules.flatMap((file) => /\/(\w+)\.module\.mjs$/.exec(file)?.[1] ?? []);
  return [...new Set(components)].filter((name) => existsSync(join(MANTINE, "core/styles", `${name}.css`)));
}

const listed = [
  ...readFileSync("src/shell/styles.ts", "utf8").matchAll(/import "@mantine\/core\/styles\/(\w+)\.css"/g),
].map((match) => match[1] ?? "");
const OF_ALL = ["default-css-variables", "baseline", "global"];

it("lists the sheet of every component that a page uses, and no other", () => {
  const wanted = sheetsOf([...new Set([...imported("@mantine/core"), "Notification"])]); // Notifications draws those
  const line = (name: string) => `import "@mantine/core/styles/${name}.css";`;
  const known = listed.filter((name) => !OF_ALL.includes(name));
  expect(wanted.filter((name) => !known.includes(name)).map(line), "to be added to styles.ts").toEqual([]);
  expect(known.filter((name) => !wanted.includes(name)).map(line), "to be taken out of styles.ts").toEqual([]);
});

it("keeps the order of Mantine's own sheet, in which later rules win", () => {
  const whole = readFileSync(join(MANTINE, "core/styles.css"), "utf8");
  const places = listed
    .filter((name) => !OF_ALL.includes(name))
    .map((name) => {
      const first = /\.(m_\w+)/.exec(readFileSync(join(MANTINE, "core/styles", `${name}.css`), "utf8"))?.[1] ?? "";
      return { name, at: whole.indexOf(`.${first}`) };
    });
  expect(places.map(({ name }) => name)).toEqual(places.toSorted((a, b) => a.at - b.at).map(({ name }) => name));
});
