// Numbers and times as people read them.

/** A loss or parameter: six digits are enough to look at. */
export function number(value) {
  if (typeof value !== "number") return "–";
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/** Seconds in the one or two units that matter. */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

/** From `begin` to `end`, or to now. */
export const span = (begin, end) => (begin ? duration((end ?? Date.now() / 1000) - begin) : "–");

/** How long ago, roughly. */
export function ago(at) {
  const s = Date.now() / 1000 - at;
  return s < 10 ? "just now" : `${duration(s).split(" ").slice(0, 2).join(" ")} ago`;
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

/** Parameters as [name, text] pairs, groups flattened to dotted names. */
export function pairs(params, prefix = "") {
  return Object.entries(params).flatMap(([name, value]) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? pairs(value, `${prefix}${name}.`)
      : [[prefix + name, typeof value === "number" ? number(value) : plain(value)]]);
}

const plain = (value) => (typeof value === "string" ? value : JSON.stringify(value));
