// What people should know first: why it failed, was stopped or still waits, and what to do about it.
import { Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { useWorkers } from "../../api/queries";
import type { Job, Trial } from "../../api/types";
import { Ago } from "../../parts/Ago";
import { number } from "../../parts/format";
import { Link, trialPath } from "../../parts/Link";
import classes from "./Job.module.css";
import { remedyOf, stopWords } from "./reasons";
import { whyWaiting } from "./waiting";

interface Given {
  job: Job;
  trial: Trial | undefined;
  onLook: (tab: "log" | "attempts") => void;
}

export function Verdict({ job, trial, onLook }: Given) {
  return (
    <>
      {job.state === "failed" && <Failed job={job} onLook={onLook} />}
      {job.state === "pruned" && (
        <Panel kind="pruned" title="The job was pruned">
          {job.message || "It was not promising"}. Its parameters were not worth the rest of the run.
        </Panel>
      )}
      {job.state === "cancelled" && (
        <Panel kind="stopped" title="The job was stopped">
          {stopWords(job.stop_requested ?? job.reason)}
        </Panel>
      )}
      {job.state === "running" && job.stop_requested !== null && (
        <Panel kind="stopped" title="The job is being stopped">
          {stopWords(job.stop_requested)} The target has a short time to end by itself.
        </Panel>
      )}
      {job.state === "pending" && <Waits job={job} trial={trial} />}
      {job.retracted !== null && (
        <Panel kind="retracted" title="The result was retracted">
          {job.retracted.reason || "No reason was given"} · the loss was {number(job.retracted.loss)} ·{" "}
          <Ago at={job.retracted.at} />
        </Panel>
      )}
    </>
  );
}

function Panel({ kind, title, children }: { kind: string; title: string; children: ReactNode }) {
  return (
    <section className={`card ${classes["verdict"] ?? ""}`} data-kind={kind} aria-label={title}>
      <Text fw={600}>{title}</Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </section>
  );
}

function Failed({ job, onLook }: Pick<Given, "job" | "onLook">) {
  const { title, todo, look } = remedyOf(job.reason);
  return (
    <Panel kind="failed" title={title}>
      {job.message && <div className={classes["code"]}>{job.message}</div>}
      <Group gap="sm" mt={4}>
        <span>{todo}</span>
        {look && (
          <Button size="compact-xs" variant="default" onClick={() => onLook(look)}>
            {look === "log" ? "Show the log" : "Show the attempts"}
          </Button>
        )}
      </Group>
    </Panel>
  );
}

function Waits({ job, trial }: Pick<Given, "job" | "trial">) {
  const workers = useWorkers();
  const { why, todo } = whyWaiting(trial, workers.data?.items);
  const lost = job.attempts.length;
  return (
    <Panel kind="waiting" title={why}>
      {lost > 0 && `Attempt ${lost} was lost; the next one waits. `}
      {todo} <Link inherit to="/workers">Workers</Link> · <Link inherit to={trialPath(job.trial_id)}>Trial</Link>
    </Panel>
  );
}
