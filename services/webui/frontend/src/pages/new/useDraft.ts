// The draft of a page: survives a reload of this tab, and what replaces it as a whole can be undone.
import { useEffect, useReducer, useState } from "react";

import { changed, forgetDraft, keepDraft, readDraft, type Change, type Draft } from "./draft";

export interface Drafting {
  draft: Draft;
  /** It is not what the page began with. */
  isTouched: boolean;
  change: (change: Change) => void;
  /** Puts another draft in its place. */
  replace: (draft: Draft, why: string) => void;
  replaced: { why: string; undo: () => void; dismiss: () => void } | null;
  /** It was submitted: it is not kept any longer. */
  forget: () => void;
}

export function useDraft(place: string, initial: Draft): Drafting {
  const [first] = useState(initial);
  const [draft, change] = useReducer(changed, first, (start) => readDraft(place) ?? start);
  const [before, setBefore] = useState<{ draft: Draft; why: string } | null>(null);
  const [isForgotten, setForgotten] = useState(false);
  useEffect(() => {
    if (isForgotten || draft === first) forgetDraft(place);
    else keepDraft(place, draft);
  }, [place, draft, first, isForgotten]);
  return {
    draft,
    isTouched: draft !== first,
    change,
    replace: (other, why) => {
      if (draft !== first) setBefore({ draft, why });
      change({ kind: "draft", draft: other });
    },
    replaced: before && {
      why: before.why,
      undo: () => {
        change({ kind: "draft", draft: before.draft });
        setBefore(null);
      },
      dismiss: () => setBefore(null),
    },
    forget: () => {
      forgetDraft(place);
      setForgotten(true);
    },
  };
}
