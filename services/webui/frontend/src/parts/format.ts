// Numbers, times and sizes as people read them.

const EXACT = 6;

/** A number in at most six digits: a loss, a parameter, a metric. */
export function number(value: number | null | undefined, digits = EXACT): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(digits - 2).replace(/\.?0+e/, "e");
  return String(Number(value.toPrecision(digits)));
}

/** `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "";
  if (seconds < 0.9995) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const units: [string, number][] = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ];
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count || parts.length) parts.push(`${count} ${name}`);
    if (parts.length === 2) break;
  }
  return parts.filter((each) => !each.startsWith("0 ")).join(" ");
}

/** `just now`, `4 min ago`. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, now - at);
  if (seconds < 5) return "just now";
  for (const [name, size] of [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
  ] as const)
    if (seconds >= size) return `${Math.floor(seconds / size)} ${name} ago`;
  return `${Math.floor(seconds)} s ago`;
}

/** A moment in the reader's time zone. */
export const moment = (at: number | null | undefined): string =>
  at === null || at === undefined || Number.isNaN(at)
    ? ""
    : new Date(at * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** `1.5 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  let [value, unit] = [size, "B"];
  for (const next of ["kB", "MB", "GB", "TB"]) {
    if (value < 1000) break;
    [value, unit] = [value / 1000, next];
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** `1 job`, `2 jobs`. */
export const counted = (count: number, one: string, more = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

/** What a job's params are, in one line. */
export const brief = (params: unknown): string =>
  typeof params === "object" && params !== null && !Array.isArray(params)
    ? Object.entries(params)
        .map(([name, value]) => `${name} ${value !== null && typeof value === "object" ? `{${brief(value)}}` : shown(value)}`)
        .join(", ")
    : shown(params);

export const shown = (value: unknown): string =>
  typeof value === "number" ? number(value) : typeof value === "string" ? value : JSON.stringify(value);
