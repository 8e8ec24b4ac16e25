// Goes to a job by its number, once for every wish.
import { useEffect, useEffectEvent } from "react";

/** A wish to see a job; another one is another object. */
export interface Jump {
  row: number;
}

export function useJump(jump: Jump | null, rows: readonly number[], go: (place: number, row: number) => void): void {
  const take = useEffectEvent((wanted: Jump) => {
    const place = rows.indexOf(wanted.row);
    if (place >= 0) go(place, wanted.row);
  });
  useEffect(() => {
    if (jump) take(jump);
  }, [jump]);
}
