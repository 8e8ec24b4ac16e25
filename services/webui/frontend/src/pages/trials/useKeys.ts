// Going through the list by keys: j and k (and the arrows, within the list), Enter, x.
import { useCallback, useEffect, useEffectEvent, useState, type KeyboardEvent as ReactKeyboardEvent } from "react";
import { useLocation } from "wouter";

import { trialPath } from "../../parts/Link";
import { isPlainKey } from "./plainKey";

interface Given {
  ids: readonly string[];
  toggle: (id: string, range: boolean) => void;
  show: (at: number) => void;
  /** Where they begin: the first trial in view. */
  start: number;
}

const STEPS: Readonly<Record<string, number>> = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

export function useKeys({ ids, toggle, show, start }: Given) {
  const [, go] = useLocation();
  const [place, setPlace] = useState<{ id: string; isWanted: boolean } | null>(null);
  const known = place && ids.includes(place.id) ? place.id : undefined;

  const step = (by: number) => {
    const to = known === undefined ? start : Math.min(ids.length - 1, Math.max(0, ids.indexOf(known) + by));
    const id = ids[to];
    if (id === undefined) return;
    setPlace({ id, isWanted: true });
    show(to);
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!isPlainKey(event)) return;
    if (event.key === "j" || event.key === "k") step(STEPS[event.key] ?? 0);
    else if (event.key === "x" && known !== undefined) toggle(known, false);
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, []);

  const onKeyDown = (event: ReactKeyboardEvent) => {
    const isRow = (event.target as HTMLElement).role === "row" || (event.target as HTMLElement).dataset["trial"];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      step(STEPS[event.key] ?? 0);
      event.preventDefault();
    } else if (event.key === "Enter" && isRow && known !== undefined) go(trialPath(known));
  };
  const enter = useCallback((id: string) => {
    setPlace((old) => (old?.id === id ? old : { id, isWanted: false }));
  }, []);
  /** Where the keys stand. */
  const at = (id: string, index: number): "" | "here" | "set" => {
    if (known === undefined) return index === start ? "set" : "";
    if (known !== id) return "";
    return place?.isWanted ? "here" : "set";
  };
  return { onKeyDown, enter, at };
}
