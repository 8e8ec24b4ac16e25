// What stands in a cell of the table: a link to the job, its state, a number in its unit.
import { IconTrophy } from "@tabler/icons-react";

import { useAsOf } from "../moment/context";
import { useNow } from "../parts/clock";
import { duration, number } from "../parts/format";
import { jobPath } from "../parts/Link";
import { State } from "../parts/State";
import { hrefs } from "../shell/location";
import type { Column } from "./filters";
import classes from "./JobsTable.module.css";
import type { JobTable } from "./table";
import { worded } from "./words";

interface Given {
  table: JobTable;
  column: Column;
  row: number;
  isBest: boolean;
}

export function CellContent({ table, column, row, isBest }: Given) {
  const state = table.stateOf(row);
  switch (column.id) {
    case "number":
      return <JobNumber jobId={table.jobId(row)} number={row + 1} />;
    case "state":
      return <State state={state} />;
    case "loss":
      return <Loss table={table} row={row} isBest={isBest} />;
    case "seconds":
      if (state === "running") return <Since at={table.startedAt.get(row)} />;
  }
  if (column.kind === "category") return column.text(row);
  return worded(column.kind, column.number(row));
}

function JobNumber({ jobId, number: shown }: { jobId: string; number: number }) {
  const asOf = useAsOf();
  return (
    <a className={classes["job"]} href={hrefs(asOf(jobPath(jobId)))} tabIndex={-1}>
      {shown}
    </a>
  );
}

function Loss({ table, row, isBest }: Omit<Given, "column">) {
  const loss = table.loss.get(row);
  if (isBest)
    return (
      <span className={classes["best"]}>
        <IconTrophy size={14} aria-hidden />
        <span className="visually-hidden">best </span>
        {number(loss)}
      </span>
    );
  if (!Number.isNaN(loss)) return number(loss);
  if (table.retracted.get(row) === 1) return <span className={classes["faint"]}>retracted</span>;
  const step = table.step.get(row);
  if (table.stateOf(row) !== "running" || Number.isNaN(step)) return null;
  return (
    <span className={classes["faint"]}>
      {number(table.stepLoss.get(row), 4)} <small>step {step}</small>
    </span>
  );
}

/** Whole seconds: what changes every second needs no more. */
function Since({ at }: { at: number }) {
  const now = useNow();
  return <span className={classes["faint"]}>{duration(Math.max(1, Math.floor(now - at)))}</span>;
}
