// The moment that a page shows, where it shows the past.
import { createContext, use, useCallback } from "react";

import type { Client } from "../api/client";

export interface Moment {
  /** The position of the last event that counts. */
  at: number;
  /** When that was recorded, in seconds since 1970; undefined: not known yet. */
  time: number | undefined;
  /** Whether what is shown is still of the moment before. */
  isMoving: boolean;
  /** The client of today. */
  live: Client;
}

export const MomentContext = createContext<Moment | null>(null);

/** The moment that is shown; null: now. */
export const useMoment = (): Moment | null => use(MomentContext);

const HAS_PAST = /^\/(trial|job)\//;

/** Makes the address of a place that of the moment that is shown, where the place has a past. */
export function useAsOf(): (path: string) => string {
  const at = useMoment()?.at;
  return useCallback(
    (path) => {
      const [place = "", search = ""] = path.split("?");
      const query = new URLSearchParams(search);
      if (at === undefined || !HAS_PAST.test(place) || query.has("at")) return path;
      return `${path}${search ? "&" : "?"}at=${at}`;
    },
    [at],
  );
}
