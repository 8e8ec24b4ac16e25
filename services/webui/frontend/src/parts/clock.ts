// The time of the page: ticks for all who show it at once.
import { useSyncExternalStore } from "react";

import { useMoment } from "../moment/context";

let now = Date.now() / 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(listener: () => void): () => void {
  if (!listeners.size) now = Date.now() / 1000; // nobody has looked at it for a while
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now() / 1000;
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const stand = () => () => undefined;

/** Seconds since 1970, every second; where the past is shown, the moment that it shows. */
export function useNow(): number {
  const time = useMoment()?.time;
  const ticking = useSyncExternalStore(time === undefined ? watch : stand, () => now);
  return time ?? ticking;
}
