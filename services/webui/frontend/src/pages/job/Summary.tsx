// The job at a glance: how it stands, what it gave, where and how long it ran.
import { IconStarFilled } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Job, Trial } from "../../api/types";
import { Ago } from "../../parts/Ago";
import { useNow } from "../../parts/clock";
import { duration, number } from "../../parts/format";
import { Link } from "../../parts/Link";
import { State } from "../../parts/State";
import classes from "./Job.module.css";
import { Timings } from "./Timings";
import { runTime } from "./phases";

export function Summary({ job, trial }: { job: Job; trial: Trial | undefined }) {
  const isBest = trial?.best?.job_id === job.job_id;
  return (
    <section className={`card ${classes["summary"]}`} aria-label="Summary">
      <dl className={classes["figures"]}>
        <Figure name="State">
          <State state={job.state} />
        </Figure>
        <Figure name="Loss">
          <Loss job={job} />
          {isBest && (
            <span className={classes["best"]}>
              <IconStarFilled size={11} aria-hidden /> best of the trial
            </span>
          )}
        </Figure>
        <Figure name="Ran for">
          <RunTime job={job} />
        </Figure>
        <Figure name="Attempt">
          {job.attempt || "none yet"}
          {job.attempts.length > 1 && ` of ${job.attempts.length}`}
        </Figure>
        <Figure name="Worker">
          {job.worker_id === null ? "none" : <Link inherit to={workerPath(job.worker_id)}>{job.worker_id}</Link>}
        </Figure>
        <Figure name={job.finished_at === null ? "Proposed" : "Finished"}>
          <Ago at={job.finished_at ?? job.proposed_at} />
        </Figure>
      </dl>
      <Timings job={job} />
    </section>
  );
}

export const workerPath = (workerId: string): string => `/workers?worker=${encodeURIComponent(workerId)}`;

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes["figure"]}>
      <dt>{name}</dt>
      <dd className="numbers">{children}</dd>
    </div>
  );
}

function Loss({ job }: { job: Job }) {
  if (job.retracted !== null) return <s className={classes["struck"]}>{number(job.retracted.loss)}</s>;
  if (job.loss !== null) return number(job.loss);
  const latest = job.last_metric?.values["loss"];
  if (latest === undefined || job.finished_at !== null) return "none";
  return `${number(latest)} at step ${job.last_metric?.step ?? 0}`;
}

function RunTime({ job }: { job: Job }) {
  const now = useNow();
  const seconds = runTime(job, now);
  return seconds === null ? "not yet" : duration(seconds);
}
