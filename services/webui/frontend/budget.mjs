// Keeps the first load small: adds up what a browser fetches before it draws the first page, and
// fails where that is more than it may be. `npm run budget [FOLDER]`, after a build.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const MOST = 200_000; // bytes, compressed
const NAMED = 12;

const folder = process.argv[2] ?? "../src/hyperdock_webui/build";
const manifest = JSON.parse(readFileSync(join(folder, ".vite/manifest.json"), "utf8"));

/** The chunks that the entry cannot do without, itself among them. */
function needed(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const each of manifest[name].imports ?? []) needed(each, seen);
  return seen;
}

const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
if (entry === undefined) throw new Error(`${folder} has a manifest without an entry`);
const chunks = [...needed(entry)].map((name) => manifest[name]);
const files = new Set(["index.html", ...chunks.flatMap(({ file, css = [] }) => [file, ...css])]);
const sizes = [...files].map((file) => [file, gzipSync(readFileSync(join(folder, file)), { level: 9 }).length]);
const sum = (kind) => sizes.reduce((all, [file, size]) => (file.endsWith(kind) ? all + size : all), 0);
const whole = sum("");
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

for (const [file, size] of sizes.sort((a, b) => b[1] - a[1]).slice(0, NAMED)) console.log(kB(size).padStart(9), file);
console.log(`first load, gzip: ${kB(whole)} (scripts ${kB(sum(".js"))}, styles ${kB(sum(".css"))}) of ${kB(MOST)}`);
if (whole > MOST) {
  console.error(`${kB(whole - MOST)} too much: load what the first page does not need by import() instead`);
  process.exitCode = 1;
}
