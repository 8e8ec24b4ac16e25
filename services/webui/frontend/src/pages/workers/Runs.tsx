// What a worker runs now: one line for each attempt.
import type { Worker } from "../../api/types";
import { useNow } from "../../parts/clock";
import { duration, moment } from "../../parts/format";
import { jobPath, Link, trialPath } from "../../parts/Link";
import { jobNumber, trialName } from "../../parts/names";
import { runsOf } from "./fleet";
import classes from "./Workers.module.css";

export function Runs({ worker }: { worker: Worker }) {
  const now = useNow();
  return (
    <ul className={classes["runs"]} aria-label={`What ${worker.worker_id} runs`}>
      {runsOf(worker).map((run) => (
        <li key={run.jobId}>
          <Link to={jobPath(run.jobId)} size="sm">
            job {jobNumber(run.jobId)}
          </Link>
          <span className={classes["of"]}>
            of{" "}
            <Link to={trialPath(run.trial_id)} size="sm" title={run.trial_id}>
              {trialName(run.trial_id)}
            </Link>
          </span>
          <span className={classes["aside"]}>slot {run.slot + 1}</span>
          {run.attempt > 1 && <span className={classes["aside"]}>attempt {run.attempt}</span>}
          <span className={`${classes["aside"] ?? ""} numbers`} title={`since ${moment(run.since)}`}>
            {duration(Math.max(0, Math.round(now - run.since))) || "0 s"}
          </span>
        </li>
      ))}
    </ul>
  );
}
