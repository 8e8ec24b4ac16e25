// What the overview says of all jobs together: one pass over the table.
import type { JobTable } from "../../jobs/table";

const RECENT = 40; // ends that the pace is measured by

export interface Failures {
  reason: string;
  count: number;
  /** Of the newest job that ended so. */
  row: number;
}

export interface Summary {
  /** Job seconds of all that have ended, and how many jobs they are of. */
  seconds: number;
  timed: number;
  /** When the running ones began. */
  begun: number[];
  /** The most frequent first. */
  failures: Failures[];
  /** The last ones that ended, in the order of their ends. */
  recent: { startedAt: number; finishedAt: number }[];
}

export function summaryOf(table: JobTable): Summary {
  const failures = new Map<string, Failures>();
  const begun: number[] = [];
  let [seconds, timed] = [0, 0];
  for (let row = 0; row < table.size; row++) {
    if (!table.has(row)) continue;
    const [from, to] = [table.startedAt.get(row), table.finishedAt.get(row)];
    const state = table.stateOf(row);
    if (to >= from) {
      seconds += to - from;
      timed += 1;
    } else if (state === "running" && !Number.isNaN(from)) begun.push(from);
    if (state === "failed") {
      const reason = table.reason.label(row);
      failures.set(reason, { reason, count: (failures.get(reason)?.count ?? 0) + 1, row });
    }
  }
  return {
    seconds,
    timed,
    begun,
    failures: [...failures.values()].sort((a, b) => b.count - a.count),
    recent: recentOf(table),
  };
}

/** Jobs end nearly in the order of their numbers: the last ends are among the last rows. */
function recentOf(table: JobTable): Summary["recent"] {
  const found: Summary["recent"] = [];
  for (let row = table.size - 1; row >= 0 && found.length < 5 * RECENT; row--) {
    const [startedAt, finishedAt] = [table.startedAt.get(row), table.finishedAt.get(row)];
    if (finishedAt >= startedAt) found.push({ startedAt, finishedAt });
  }
  return found.sort((a, b) => a.finishedAt - b.finishedAt).slice(-RECENT);
}
