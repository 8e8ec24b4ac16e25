// What state a trial or a job is in: a colour, a shape and the word.
import type { JobState, TrialState, Worker } from "../api/types";
import classes from "./State.module.css";

export type AnyState = JobState | TrialState | Worker["state"] | "draining";

export function State({ state, withoutWord = false }: { state: AnyState; withoutWord?: boolean }) {
  return (
    <span className={classes["state"]} data-state={state} title={withoutWord ? state : undefined}>
      <span className={classes["dot"]} aria-hidden />
      {withoutWord ? <span className="visually-hidden">{state}</span> : state}
    </span>
  );
}
