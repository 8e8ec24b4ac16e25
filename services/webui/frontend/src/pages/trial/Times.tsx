// How long a trial has been at work, what that took, and when it will end.
import type { Trial } from "../../api/types";
import { duration, moment } from "../../parts/format";
import { useNow } from "../../parts/clock";
import { about, elapsed, secondsLeft } from "./estimate";
import { Facts } from "./Facts";
import { Panel } from "./Panel";
import type { Summary } from "./summary";

interface Given {
  trial: Trial;
  summary: Summary | undefined;
  isComplete: boolean;
}

export function Times({ trial, summary, isComplete }: Given) {
  const now = useNow();
  const left = secondsLeft(trial, summary, now);
  const wall = elapsed(trial, now);
  const open = summary?.begun.reduce((total, begun) => total + Math.max(0, now - begun), 0) ?? 0;
  const compute = summary && summary.seconds + open;
  const width = wall > 0 && compute && isComplete ? compute / wall : null;
  const isOpen = trial.finished_at === null;
  return (
    <Panel title="Time" area="time">
      <Facts
        facts={[
          ["Submitted", moment(trial.submitted_at)],
          ["First job", moment(trial.started_at) || "waits for a free slot"],
          ["Ended", moment(trial.finished_at)],
          [isOpen ? "Running for" : "Took", wall ? duration(wall) : ""],
          ["Compute used", compute ? `${isComplete ? "" : "at least "}${duration(compute)}` : ""],
          ["A job takes", summary?.timed ? duration(summary.seconds / summary.timed) : ""],
          ["At once", width === null ? `up to ${trial.parallelism}` : `${width.toFixed(1)} of ${trial.parallelism} jobs`],
          ["To the end", left === null ? (isOpen ? unknown(trial) : "") : about(left)],
        ]}
      />
    </Panel>
  );
}

const unknown = (trial: Trial): string =>
  trial.state === "paused" ? "paused" : trial.state === "stopping" ? "stopping" : "not known yet";
