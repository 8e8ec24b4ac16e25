// The log of one attempt, and which of them.
import { SegmentedControl } from "@mantine/core";

import { ApiProblem, messageOf } from "../../api/problem";
import type { Job } from "../../api/types";
import { Empty, Failure, Waiting } from "../../parts/Notes";
import classes from "./Job.module.css";
import { LogView } from "./log/LogView";
import type { useLog } from "./log/useLog";

const GONE = 410;

interface Given {
  job: Job;
  attempt: number;
  log: ReturnType<typeof useLog>;
  onAttempt: (attempt: number) => void;
}

export function LogTab({ job, attempt, log, onAttempt }: Given) {
  if (attempt === 0)
    return <Empty title="No log yet">What the target writes to its output stands here as soon as an attempt runs.</Empty>;
  return (
    <>
      {job.attempts.length > 1 && (
        <div className={classes["choice"]}>
          <SegmentedControl
            size="xs"
            aria-label="Attempt"
            value={String(attempt)}
            onChange={(value) => onAttempt(Number(value))}
            data={job.attempts.map((each) => ({ value: String(each.attempt), label: `Attempt ${each.attempt}` }))}
          />
        </div>
      )}
      {log.isError && <NoLog error={log.error} retry={() => void log.refetch()} />}
      {log.isPending && <Waiting what="Loading the log" />}
      {log.data && <LogView key={attempt} jobId={job.job_id} attempt={attempt} buffer={log.data} />}
    </>
  );
}

/** Why there is none: it was removed to save room, or something is in the way. */
function NoLog({ error, retry }: { error: unknown; retry: () => void }) {
  if (error instanceof ApiProblem && error.status === GONE)
    return <Empty title="The log was removed">The gateway says: {messageOf(error)}.</Empty>;
  return <Failure error={error} retry={retry} />;
}
