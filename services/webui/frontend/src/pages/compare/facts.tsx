// What stands of each trial in the table: a row a fact.
import type { ReactNode } from "react";

import type { Trial } from "../../api/types";
import { counted, duration, number } from "../../parts/format";
import { jobPath, Link } from "../../parts/Link";
import { State } from "../../parts/State";
import { elapsed, ended } from "../trial/estimate";
import { computeOf, type Losses } from "./losses";
import type { Row } from "./SideBySide";

interface Given {
  trial: Trial;
  losses: Losses | undefined;
}

export function factRows(all: readonly Given[]): Row[] {
  const row = (name: string, cell: (each: Given) => ReactNode): Row => ({ name, cells: all.map(cell) });
  const winner = winnerOf(all.map(({ trial }) => trial));
  return [
    row("State", ({ trial }) => <State state={trial.state} />),
    row("Best loss", ({ trial }) =>
      trial.best ? (
        <>
          <b>{number(trial.best.loss)}</b>{" "}
          <Link to={jobPath(trial.best.job_id)} inherit underline="always">
            job {trial.best.number}
          </Link>
          {trial.trial_id === winner && " · best of all"}
        </>
      ) : (
        "none yet"
      ),
    ),
    row("Time to best", ({ trial }) =>
      trial.best && trial.started_at !== null ? duration(Math.max(0, trial.best.at - trial.started_at)) : "",
    ),
    row("Jobs ended", ({ trial }) =>
      [ended(trial), trial.budget.jobs]
        .filter((each) => each !== null)
        .map((each) => each.toLocaleString("en"))
        .join(" of "),
    ),
    row("Failed", ({ trial }) => String(trial.jobs.failed)),
    row("Algorithm", ({ trial }) => trial.algorithm),
    row("Budget", ({ trial: { budget } }) =>
      [
        budget.jobs === null ? "" : counted(budget.jobs, "job"),
        duration(budget.wall_time),
        budget.target_loss === null ? "" : `until ${number(budget.target_loss)}`,
      ]
        .filter(Boolean)
        .join(", "),
    ),
    row("Took", ({ trial }) => duration(elapsed(trial, trial.updated_at))),
    row("Compute used", ({ losses }) => (losses ? duration(computeOf(losses)) : "…")),
  ];
}

/** The trial with the best loss of all, where all want the same; undefined: none is alone. */
function winnerOf(trials: readonly Trial[]): string | undefined {
  const objective = trials[0]?.objective;
  if (trials.length < 2 || trials.some((each) => each.objective !== objective)) return undefined;
  const sign = objective === "maximize" ? -1 : 1;
  const [first, second] = trials
    .flatMap(({ trial_id, best }) => (best ? [{ trial_id, loss: sign * best.loss }] : []))
    .sort((a, b) => a.loss - b.loss);
  return first && first.loss !== second?.loss ? first.trial_id : undefined;
}
