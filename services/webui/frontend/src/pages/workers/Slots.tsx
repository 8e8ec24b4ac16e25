// A worker's slots as squares: full ones lead to their jobs.
import { memo } from "react";

import type { Worker } from "../../api/types";
import { duration } from "../../parts/format";
import { jobPath } from "../../parts/Link";
import { jobWords } from "../../parts/names";
import { hrefs } from "../../shell/location";
import { slotsOf } from "./fleet";
import classes from "./Workers.module.css";

interface Given {
  worker: Worker;
  /** About when its document was read. */
  now: number;
}

/** There may be thousands: they are drawn anew only where they have changed. */
export const Slots = memo(Squares, (before, after) => {
  const [a, b] = [before.worker, after.worker];
  const isSame = a.running === b.running && a.slots === b.slots && a.draining === b.draining && a.state === b.state;
  return isSame && before.now === after.now;
});

function Squares({ worker, now }: Given) {
  const isThere = worker.state === "alive";
  return (
    <ul
      className={classes["slots"]}
      aria-label={`Slots of ${worker.worker_id}`}
      data-draining={worker.draining || undefined}
    >
      {slotsOf(worker).map((run, index) => {
        if (!run) {
          const free = isThere ? (worker.draining ? "takes no job" : "free") : "gone";
          const title = `Slot ${index + 1}: ${free}`;
          return <li key={`free-${index}`} className={classes["slot"]} data-free title={title} />;
        }
        const words = `${jobWords(run.jobId)}, for ${duration(Math.max(0, Math.round(now - run.since))) || "0 s"}`;
        return (
          <li key={run.jobId} className={classes["slot"]}>
            <a href={hrefs(jobPath(run.jobId))} title={words} aria-label={words} />
          </li>
        );
      })}
    </ul>
  );
}
