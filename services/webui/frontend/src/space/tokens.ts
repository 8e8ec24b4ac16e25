// Values of choices and constants as people type them: a text stands for itself, unless it would be read
// as something else; then it is quoted. So 1, "1", true and null stay what they are.

const read = (text: string): { value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
};

/** A value as it is shown in an input. */
export function tokenOf(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return value === "" || value !== value.trim() || read(value) !== null || /^["[{]|[,\n]/.test(value)
    ? JSON.stringify(value)
    : value;
}

/** The value that was typed. */
export function valueOfToken(text: string): unknown {
  const found = read(text.trim());
  return found ? found.value : text.trim();
}

/** Whether what was typed goes on: within quotes or brackets a comma divides nothing. */
export const isOpen = (text: string): boolean => /^\s*["[{]/.test(text) && read(text.trim()) === null;

/** Several values, divided by commas or lines; what is quoted or bracketed stays together. */
export function valuesOfTokens(text: string): unknown[] {
  const values: unknown[] = [];
  let waiting = "";
  for (const part of text.split(/([,\n])/)) {
    const isDivider = part === "," || part === "\n";
    if (isDivider && !isOpen(waiting)) {
      if (waiting.trim()) values.push(valueOfToken(waiting));
      waiting = "";
    } else waiting += part;
  }
  if (waiting.trim()) values.push(valueOfToken(waiting));
  return values;
}
