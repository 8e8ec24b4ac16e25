// How far a trial is: a bar of its jobs where their number is given, else the time.
import type { ListedTrial } from "../../api/types";
import { useNow } from "../../parts/clock";
import { counted, duration } from "../../parts/format";
import { endedJobs, piecesOf, secondsTaken } from "./shares";
import classes from "./Progress.module.css";

export function Progress({ trial }: { trial: ListedTrial }) {
  const { budget } = trial;
  const ended = endedJobs(trial);
  if (budget.jobs === null) return <Time trial={trial} ended={ended} />;
  const pieces = piecesOf(trial);
  const words = pieces.map(({ kind, count }) => `${count} ${kind}`).join(", ");
  const text = `${ended.toLocaleString("en")} / ${budget.jobs.toLocaleString("en")}`;
  return (
    <div className={classes["progress"]} title={words}>
      <span className="numbers">{text}</span>
      <div
        className={classes["bar"]}
        role="progressbar"
        aria-label={`Jobs of ${trial.name}`}
        aria-valuemin={0}
        aria-valuemax={budget.jobs}
        aria-valuenow={Math.min(ended, budget.jobs)}
        aria-valuetext={`${ended} of ${budget.jobs} jobs have ended${words && `: ${words}`}`}
      >
        {pieces.map(({ kind, width }) => (
          <span key={kind} data-kind={kind} style={{ width: `${width}%` }} />
        ))}
      </div>
    </div>
  );
}

function Time({ trial, ended }: { trial: ListedTrial; ended: number }) {
  const taken = secondsTaken(trial, useNow());
  const most = trial.budget.wall_time;
  return (
    <div className={classes["progress"]}>
      <span className="numbers">{counted(ended, "job")}</span>
      <span className={`numbers ${classes["time"]}`}>
        {taken === null ? "not begun" : duration(Math.round(taken))}
        {most !== null && ` of ${duration(most)}`}
      </span>
    </div>
  );
}
