// The text of an input whose value is no text: what was typed stays as it was typed (`1e-`, `0.10`), as long as it
// stands for the value.
import { useState } from "react";

export function useTyped(
  value: unknown,
  read: (text: string) => unknown,
  write: (value: unknown) => string,
): [string, (text: string) => unknown] {
  const [typed, setTyped] = useState<string | null>(null);
  const isOwn = typed !== null && JSON.stringify(read(typed)) === JSON.stringify(value);
  return [
    isOwn ? typed : write(value),
    (text) => {
      setTyped(text);
      return read(text);
    },
  ];
}

/** A number; what is none stays a text, and nothing is undefined. */
export function numberOf(text: string): unknown {
  const bare = text.trim();
  if (!bare) return undefined;
  const number = Number(bare);
  return Number.isFinite(number) ? number : bare;
}

export const textOf = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
