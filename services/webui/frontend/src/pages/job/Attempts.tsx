// Each try at running the job: where, when, and how it went.
import { Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

import type { Attempt, Job } from "../../api/types";
import { useNow } from "../../parts/clock";
import { Copy } from "../../parts/Copy";
import { duration, moment } from "../../parts/format";
import { Link } from "../../parts/Link";
import { Empty } from "../../parts/Notes";
import { State, type AnyState } from "../../parts/State";
import { factsOf } from "./facts";
import classes from "./Job.module.css";
import { lossWords } from "./reasons";
import { workerPath } from "./Summary";

const LONG = 12; // characters that nobody wants to type

export function Attempts({ job, onLog }: { job: Job; onLog: (attempt: number) => void }) {
  if (!job.attempts.length)
    return <Empty title="No attempt yet">The first one begins when a worker has a free slot for the job.</Empty>;
  return job.attempts
    .toReversed()
    .map((each) => <Tried key={each.attempt} job={job} attempt={each} onLog={() => onLog(each.attempt)} />);
}

function stateOf(job: Job, attempt: Attempt): AnyState {
  if (attempt.lost !== null) return "lost";
  return attempt.attempt === job.attempt ? job.state : "running";
}

function Tried({ job, attempt, onLog }: { job: Job; attempt: Attempt; onLog: () => void }) {
  const now = useNow();
  const ran = attempt.started_at === null ? null : (attempt.ended_at ?? now) - attempt.started_at;
  return (
    <section className={classes["attempt"]} aria-label={`Attempt ${attempt.attempt}`}>
      <Group justify="space-between">
        <Group gap="sm">
          <h2>Attempt {attempt.attempt}</h2>
          <Text span size="sm">
            <State state={stateOf(job, attempt)} />
          </Text>
        </Group>
        <Button size="compact-xs" variant="default" onClick={onLog}>
          Show its log
        </Button>
      </Group>
      {attempt.lost !== null && (
        <Text size="sm" mt={4}>
          Lost: {attempt.lost}. <Text span c="dimmed" inherit>{lossWords(attempt.lost)}</Text>
        </Text>
      )}
      <dl className={classes["facts"]}>
        <Fact name="Worker">
          <Link inherit to={workerPath(attempt.worker_id)}>{attempt.worker_id}</Link>, slot {attempt.slot}
        </Fact>
        <Fact name="Claimed">{moment(attempt.claimed_at)}</Fact>
        <Fact name="Started">{moment(attempt.started_at) || "not yet"}</Fact>
        <Fact name="Ended">{moment(attempt.ended_at) || "not yet"}</Fact>
        <Fact name="Duration">{ran === null ? "none" : duration(Math.max(0, ran))}</Fact>
        {factsOf(attempt.runner, attempt.exit).map(({ name, value, isCode }) => (
          <Fact key={name} name={name} isCode={isCode}>
            {value} {isCode && value.length > LONG && <Copy text={value} what={name.toLowerCase()} />}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function Fact({ name, isCode = false, children }: { name: string; isCode?: boolean | undefined; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={isCode ? classes["code"] : "numbers"}>{children}</dd>
    </div>
  );
}
