// A trial file as plain JSON: reading and changing it by dotted fields, without losing what the form does not know.
export type Raw = Record<string, unknown>;

export const isRaw = (value: unknown): value is Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function fieldOf(document: Raw, field: string): unknown {
  let place: unknown = document;
  for (const key of field.split(".")) place = isRaw(place) ? place[key] : undefined;
  return place;
}

/** The document with one field changed; undefined takes it away, and with it an object that is empty then. */
export function withField(document: Raw, field: string, value: unknown): Raw {
  const [key = "", ...rest] = field.split(".");
  const inner = rest.length ? withField(isRaw(document[key]) ? document[key] : {}, rest.join("."), value) : value;
  const isGone = inner === undefined || (rest.length > 0 && isRaw(inner) && !Object.keys(inner).length);
  if (!isGone) return { ...document, [key]: inner };
  return Object.fromEntries(Object.entries(document).filter(([each]) => each !== key));
}

/** The same JSON, whatever the order of its keys. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one))
    return Array.isArray(other) && one.length === other.length && one.every((each, i) => isSame(each, other[i]));
  if (!isRaw(one) || !isRaw(other)) return Object.is(one, other);
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  );
}
