// Params as people paste them elsewhere: JSON, YAML, flags of a command line.
const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const jsonOf = (params: unknown): string => JSON.stringify(params, null, 2);

const PLAIN = /^[A-Za-z_][\w./-]*$/;
const WORDS = /^(true|false|null|yes|no|on|off|y|n|\.nan|\.inf)$/i;

const word = (text: string): string => (PLAIN.test(text) && !WORDS.test(text) ? text : JSON.stringify(text));

/** What JSON writes is YAML, but for 1e-7: without a point YAML 1.1 takes that for a text. */
function scalar(value: unknown): string {
  if (typeof value === "string") return word(value);
  if (typeof value === "number") return String(value).replace(/^(-?\d+)e/, "$1.0e");
  if (Array.isArray(value)) return `[${value.map(scalar).join(", ")}]`;
  if (isGroup(value)) {
    const entries = Object.entries(value).map(([key, each]) => `${word(key)}: ${scalar(each)}`);
    return `{${entries.join(", ")}}`;
  }
  return JSON.stringify(value);
}

export function yamlOf(params: unknown, indent = ""): string {
  if (!isGroup(params)) return `${scalar(params)}\n`;
  return Object.entries(params)
    .map(([key, value]) =>
      isGroup(value) && Object.keys(value).length
        ? `${indent}${word(key)}:\n${yamlOf(value, `${indent}  `)}`
        : `${indent}${word(key)}: ${scalar(value)}\n`,
    )
    .join("");
}

/** `--lr=0.1 --model.depth=3`, quoted for a shell. */
export const flagsOf = (params: unknown): string =>
  flat(params)
    .map(([name, value]) => quoted(`--${name}=${typeof value === "string" ? value : JSON.stringify(value)}`))
    .join(" ");

const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Params by dotted names. */
export function flat(params: unknown, path = ""): [string, unknown][] {
  if (!isGroup(params)) return [];
  return Object.entries(params).flatMap(([key, value]): [string, unknown][] => {
    const name = path + key.replace(/[\\.]/g, String.raw`\$&`);
    return isGroup(value) ? flat(value, `${name}.`) : [[name, value]];
  });
}

