// How far a trial is: its jobs by state along the budget.
import type { JobState, Trial } from "../../api/types";
import { STATES } from "../../jobs/table";
import { Link } from "../../parts/Link";
import { State } from "../../parts/State";
import { useNow } from "../../parts/clock";
import { counted, duration } from "../../parts/format";
import { ended, progressOf } from "./estimate";
import { jobsPath } from "./jobsPath";
import { Panel } from "./Panel";
import classes from "./Progress.module.css";

const ALONG: readonly JobState[] = ["succeeded", "pruned", "failed", "cancelled", "running"];

export function Progress({ trial }: { trial: Trial }) {
  const now = useNow();
  const progress = progressOf(trial, now);
  const { budget, jobs } = trial;
  const total = progress?.of === "jobs" ? Math.max(budget.jobs ?? 0, ended(trial)) : Math.max(1, jobs.proposed);
  const share = progress?.of === "time" ? progress.done : 1;
  const always: readonly JobState[] = trial.finished_at === null ? ["running", "succeeded"] : ["succeeded"];
  const done = progress && Math.floor(100 * progress.done);
  return (
    <Panel title="Progress" area="progress" aside={<Words trial={trial} />}>
      <div
        className={classes["bar"]}
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={done ?? undefined}
        aria-valuetext={done === null ? counted(ended(trial), "job") : `${done} %`}
      >
        {ALONG.map((state) => (
          <div key={state} data-state={state} style={{ width: `${(100 * share * countOf(trial, state)) / total}%` }} />
        ))}
      </div>
      <ul className={`${classes["counts"] ?? ""} numbers`}>
        {STATES.filter((state) => jobs[state] || always.includes(state)).map((state) => (
          <li key={state}>
            <Link to={jobsPath(trial.trial_id, [{ column: "state", values: [state] }])} underline="hover" c="inherit" inherit>
              <b>{jobs[state].toLocaleString("en")}</b> <State state={state} />
            </Link>
          </li>
        ))}
        {jobs.queued > 0 && <li>{counted(jobs.queued, "point")} waiting</li>}
        {jobs.retracted > 0 && <li>{jobs.retracted} retracted</li>}
        {jobs.attempts_lost > 0 && <li>{counted(jobs.attempts_lost, "attempt")} lost</li>}
        {jobs.imported > 0 && <li>{jobs.imported} imported</li>}
      </ul>
    </Panel>
  );
}

/** Of the budget: jobs that were evaluated elsewhere cost nothing of it. */
const countOf = ({ jobs }: Trial, state: JobState): number =>
  state === "succeeded" ? jobs.succeeded - jobs.imported : jobs[state];

function Words({ trial }: { trial: Trial }) {
  const { jobs, wall_time } = trial.budget;
  const parts = [
    jobs === null ? counted(ended(trial), "job") : `${ended(trial).toLocaleString("en")} of ${counted(jobs, "job")}`,
    wall_time === null ? "" : `at most ${duration(wall_time)}`,
  ];
  return <span className="numbers">{parts.filter(Boolean).join(", ")}</span>;
}
