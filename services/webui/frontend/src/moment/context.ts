// The moment that a page shows, where it shows the past.
import { createContext, use } from "react";

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
