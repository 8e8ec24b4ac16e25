// How long a trial has taken, or takes until now.
import type { ListedTrial } from "../../api/types";
import { useNow } from "../../parts/clock";
import { duration } from "../../parts/format";
import { secondsTaken } from "./shares";
import classes from "./TrialTable.module.css";

export function Took({ trial }: { trial: ListedTrial }) {
  const taken = secondsTaken(trial, useNow());
  if (taken === null) return <span className={classes["faint"]}>not begun</span>;
  const word = trial.finished_at === null ? "for" : "took";
  return (
    <span className={`numbers ${classes["faint"]}`}>
      {word} {duration(taken < 10 && trial.finished_at !== null ? taken : Math.round(taken))}
    </span>
  );
}
