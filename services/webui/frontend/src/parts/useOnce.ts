// Keys that make a call that is repeated one call: an answer may be lost although all was done.
import { useCallback, useRef } from "react";

/** Gives the key of a call with this content: the same one as long as that does not change. */
export function useOnce(): (content: unknown) => string {
  const last = useRef<{ text: string; key: string }>(undefined);
  return useCallback((content) => {
    const text = JSON.stringify(content);
    if (last.current?.text !== text) last.current = { text, key: newKey() };
    return last.current.key;
  }, []);
}

/** A text that nobody else has; pages over plain HTTP have no `crypto.randomUUID`. */
const newKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");
