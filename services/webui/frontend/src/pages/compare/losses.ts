// Every loss of a trial and the time that its jobs took, for trials that stand side by side. What has
// ended is read once: later looks begin at the first job that had not.
import type { Client } from "../../api/client";
import type { Columns, Trial } from "../../api/types";

const CHUNK = 10_000; // as many as the gateway gives at once

export interface Losses {
  /** By job: row r is the job of number r + 1; NaN: it has none. */
  byJob: number[];
  /** Job seconds of what has ended. */
  seconds: number[];
  /** All jobs below this number have ended. */
  ended: number;
  /** Retracted results when this was read: where that grows, all is read anew. */
  retracted: number;
}

const NONE: Losses = { byJob: [], seconds: [], ended: 1, retracted: 0 };

export async function readLosses(client: Client, trial: Trial, old: Losses = NONE): Promise<Losses> {
  const { retracted, proposed } = trial.jobs;
  const known = old.retracted === retracted ? old : NONE;
  const losses: Losses = {
    byJob: known.byJob.slice(0, known.ended - 1),
    seconds: known.seconds.slice(0, known.ended - 1),
    ended: 0,
    retracted,
  };
  let open = Infinity;
  for (let from = known.ended; from <= proposed; from += CHUNK) {
    const columns = await client.columns(trial.trial_id, from, from + CHUNK - 1);
    open = Math.min(open, take(losses, columns));
  }
  return { ...losses, ended: Math.min(open, losses.byJob.length + 1) };
}

/** Takes in some jobs; gives the number of the first that has not ended. */
function take(losses: Losses, columns: Columns): number {
  let open = Infinity;
  columns.number.forEach((number, i) => {
    const [began, finished] = [columns.started_at[i] ?? null, columns.finished_at[i] ?? null];
    losses.byJob[number - 1] = columns.retracted[i] ? NaN : (columns.loss[i] ?? NaN);
    losses.seconds[number - 1] = began === null || finished === null ? 0 : finished - began;
    if (finished === null) open = Math.min(open, number);
  });
  return open;
}

/** From the best to the worst. */
export function ranked({ byJob }: Losses, objective: Trial["objective"]): Float64Array {
  const found = Float64Array.from(byJob.filter((each) => !Number.isNaN(each)));
  found.sort();
  return objective === "maximize" ? found.reverse() : found;
}

export const computeOf = ({ seconds }: Losses): number => seconds.reduce((sum, each) => sum + each, 0);
