// Durations and sizes as people write them in trial files, and as they read what was recorded in seconds and bytes.
const DURATION = /^(\s*\d+(\.\d+)?\s*[smhd])+\s*$/i;
const SIZE = /^\s*\d+(\.\d+)?\s*[kmgt]?i?b?\s*$/i;

const isAmount = (value: unknown): boolean =>
  (typeof value === "number" || (typeof value === "string" && value.trim() !== "")) && Number(value) > 0;

export const isDuration = (value: unknown): boolean =>
  isAmount(value) || (typeof value === "string" && DURATION.test(value) && /[1-9]/.test(value));

export const isSize = (value: unknown): boolean =>
  typeof value === "string" ? SIZE.test(value) && /[1-9]/.test(value) : isAmount(value);

/** `1h30m` for 5400; what is no whole number of seconds stays a number. */
export function durationText(seconds: number): string | number {
  if (!Number.isInteger(seconds) || seconds <= 0) return seconds;
  let rest = seconds;
  let text = "";
  for (const [unit, size] of [["d", 86_400], ["h", 3_600], ["m", 60], ["s", 1]] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) text += `${count}${unit}`;
  }
  return text;
}

/** `4g` for 4294967296. */
export function sizeText(bytes: number): string | number {
  for (const [unit, size] of [["t", 2 ** 40], ["g", 2 ** 30], ["m", 2 ** 20], ["k", 2 ** 10]] as const)
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  return bytes;
}
