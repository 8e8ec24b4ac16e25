// Which columns people want to see. It is kept in the browser for all trials of the same space.
import { useCallback, useMemo, useState } from "react";

import type { Column } from "./filters";

export interface ShownColumns {
  shown: readonly Column[];
  isHidden: (id: string) => boolean;
  /** Shows these and hides those of all others that are named. */
  show: (ids: readonly string[], isShown: boolean) => void;
}

export function useShownColumns(columns: readonly Column[]): ShownColumns {
  const space = columns.map((each) => each.id).filter((id) => id.startsWith("params."));
  const key = `hyperdock.columns.${hashOf(space.join("\n"))}`;
  const [kept, setKept] = useState(() => ({ key, hidden: read(key) }));
  const hidden = kept.key === key ? kept.hidden : read(key);
  const shown = useMemo(
    () => columns.filter((each) => each.id === "number" || !hidden.has(each.id)),
    [columns, hidden],
  );
  const show = useCallback(
    (ids: readonly string[], isShown: boolean) => {
      const next = new Set(hidden);
      for (const id of ids)
        if (isShown) next.delete(id);
        else next.add(id);
      setKept({ key, hidden: next });
      try {
        localStorage.setItem(key, JSON.stringify([...next]));
      } catch {
        // no room, or forbidden: it holds as long as the page is open
      }
    },
    [hidden, key],
  );
  return { shown, isHidden: (id) => hidden.has(id), show };
}

function read(key: string): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return new Set(Array.isArray(stored) ? stored.filter((each) => typeof each === "string") : []);
  } catch {
    return new Set();
  }
}

/** Short, and the same for the same text; two spaces of one hash would share their columns, no more. */
function hashOf(text: string): string {
  let hash = 5381;
  for (const character of text) hash = (Math.imul(hash, 33) ^ (character.codePointAt(0) ?? 0)) >>> 0;
  return hash.toString(36);
}
