// Where a job's time went, as a thin bar with its numbers below.
import type { Job } from "../../api/types";
import { useNow } from "../../parts/clock";
import { duration, moment } from "../../parts/format";
import classes from "./Job.module.css";
import { segmentsOf, totals } from "./phases";

const WORDS = { waited: "waiting", starting: "starting", ran: "running", lost: "lost" };

export function Timings({ job }: { job: Job }) {
  const now = useNow();
  const segments = segmentsOf(job, now);
  if (!segments.length) return null;
  return (
    <>
      <div className={classes["bar"]} aria-hidden>
        {segments.map((each) => (
          <span
            key={`${each.attempt}${each.phase}`}
            data-phase={each.phase}
            style={{ flexGrow: each.to - each.from }}
            title={`Attempt ${each.attempt}: ${WORDS[each.phase]} for ${duration(each.to - each.from)}, from ${moment(each.from)}`}
          />
        ))}
      </div>
      <div className={`numbers ${classes["legend"] ?? ""}`}>
        {totals(segments).map(([phase, seconds]) => (
          <span key={phase}>
            <i data-phase={phase} aria-hidden />
            {WORDS[phase]} {duration(seconds)}
          </span>
        ))}
      </div>
    </>
  );
}
