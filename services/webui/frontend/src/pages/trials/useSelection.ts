// Which trials of the list are chosen: one by one, or all between two with the shift key.
import { useCallback, useRef, useState } from "react";

export interface Selection {
  ids: ReadonlySet<string>;
  /** Turns one round; with `range` all from the last one that was turned do as it does. */
  toggle: (id: string, range: boolean) => void;
  /** Exactly these. */
  set: (ids: readonly string[]) => void;
}

export function useSelection(shown: readonly string[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string>(undefined);
  const toggle = useCallback(
    (id: string, range: boolean) => {
      const from = range && last.current !== undefined ? shown.indexOf(last.current) : -1;
      last.current = id;
      setIds((old) => toggled(old, id, from === -1 ? [id] : between(shown, from, shown.indexOf(id))));
    },
    [shown],
  );
  const set = useCallback((these: readonly string[]) => setIds(new Set(these)), []);
  return { ids, toggle, set };
}

const between = (ids: readonly string[], one: number, other: number): readonly string[] =>
  ids.slice(Math.min(one, other), Math.max(one, other) + 1);

function toggled(old: ReadonlySet<string>, id: string, all: readonly string[]): ReadonlySet<string> {
  const changed = new Set(old);
  const isOn = !old.has(id);
  for (const each of all)
    if (isOn) changed.add(each);
    else changed.delete(each);
  return changed;
}
