// The jobs that run at this moment: where, since when, how far they are.
import { Text } from "@mantine/core";
import { IconPlayerStop } from "@tabler/icons-react";

import { useClient } from "../../api/client";
import type { Trial } from "../../api/types";
import type { Jobs } from "../../jobs/useJobTable";
import { Act } from "../../parts/Act";
import { useNow } from "../../parts/clock";
import { brief, counted, duration, number } from "../../parts/format";
import { jobPath, Link } from "../../parts/Link";
import { useRefusal } from "../../parts/useRights";
import { useAction } from "../../parts/useAction";
import { jobsPath } from "./jobsPath";
import { Panel } from "./Panel";
import classes from "./RunningNow.module.css";

const MOST = 12;

export function RunningNow({ trial, jobs }: { trial: Trial; jobs: Jobs | undefined }) {
  const running = trial.running.filter((each) => each.state === "running").slice(0, MOST);
  const more = trial.jobs.running - running.length;
  if (!running.length && trial.finished_at !== null) return null;
  return (
    <Panel title="Running now" area="running" aside={counted(trial.jobs.running, "job")}>
      {running.length ? (
        <div className={classes["scroll"]} tabIndex={0} role="region" aria-label="Running jobs">
          <table className={`${classes["table"] ?? ""} numbers`}>
            <thead>
              <tr>
                <th scope="col">Job</th>
                <th scope="col">For</th>
                <th scope="col">Worker</th>
                <th scope="col">Step</th>
                <th scope="col">Loss</th>
                <th scope="col" className={classes["params"]}>
                  Params
                </th>
                <th scope="col">
                  <span className="visually-hidden">Stop</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {running.map((job) => (
                <Row key={job.job_id} job={job} table={jobs?.table} />
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Text size="sm" c="dimmed">
          {idleWords(trial)}
        </Text>
      )}
      {more > 0 && (
        <Link to={jobsPath(trial.trial_id, [{ column: "state", values: ["running"] }])} size="sm">
          {counted(more, "more running job")}
        </Link>
      )}
    </Panel>
  );
}

function idleWords({ state, jobs }: Trial): string {
  if (state === "paused") return "The trial is paused: what ran was let end, nothing new begins until you resume it.";
  if (jobs.pending) {
    const wait = `${counted(jobs.pending, "job")} ${jobs.pending === 1 ? "waits" : "wait"} for a free slot.`;
    return `${wait} The page of the workers shows what they do.`;
  }
  return "Nothing runs at this moment.";
}

function Row({ job, table }: { job: Trial["running"][number]; table: Jobs["table"] | undefined }) {
  const client = useClient();
  const { run, isBusy } = useAction();
  const why = useRefusal();
  const now = useNow();
  const row = job.number - 1;
  return (
    <tr>
      <th scope="row">
        <Link to={jobPath(job.job_id)} inherit>{job.number}</Link>
      </th>
      <td>{job.since === null ? "" : duration(Math.max(1, Math.round(now - job.since)))}</td>
      <td>{table?.worker.label(row)}</td>
      <td>{table && number(table.step.get(row))}</td>
      <td>{table && number(table.stepLoss.get(row))}</td>
      <td className={classes["params"]} title={brief(job.params)}>
        {brief(job.params)}
      </td>
      <td>
        <Act
          why={why}
          size="compact-xs"
          tip="Stop this job"
          loading={isBusy}
          aria-label={`Stop job ${job.number}`}
          onClick={() => void run(`Job ${job.number} is being stopped`, () => client.stopJob(job.job_id))}
        >
          <IconPlayerStop size={14} aria-hidden />
        </Act>
      </td>
    </tr>
  );
}
