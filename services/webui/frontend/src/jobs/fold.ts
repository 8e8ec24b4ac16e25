// What an event changes in a trial's table. A row knows as of which event it is, and passes over what
// it holds already: so events that the gateway had folded in before may come once more.
import type { RecordedEvent } from "../api/types";
import { valueOf } from "../space/outline";
import { setParam, type JobTable } from "./table";

/** Folds an event of the trial into its table; true: it has changed it. */
export function fold(table: JobTable, event: RecordedEvent): boolean {
  const at = event.occurred_at;
  switch (event.type) {
    case "job.proposed.v1": {
      const { number, params, origin } = event.data;
      const row = number - 1;
      if (table.has(row)) return false;
      table.touch(row, event.position);
      table.state.set(row, "pending");
      table.origin.set(row, origin);
      table.attempt.set(row, 0);
      table.proposedAt.set(row, at);
      for (const each of table.params) setParam(each, row, valueOf(params, each.parameter.name));
      return true;
    }
    case "job.claimed.v1":
      return change(table, event, (row) => {
        table.state.set(row, "running");
        table.attempt.set(row, event.data.attempt);
        table.worker.set(row, event.data.worker_id);
        table.slot.set(row, event.data.slot);
        table.step.set(row, null);
        table.stepLoss.set(row, null);
      });
    case "job.started.v1":
      return change(table, event, (row) => table.startedAt.set(row, at));
    case "job.metric_reported.v1":
      return change(table, event, (row) => {
        table.step.set(row, event.data.step);
        table.stepLoss.set(row, event.data.values["loss"]);
      });
    case "job.attempt_lost.v1":
      return change(table, event, (row) => {
        table.state.set(row, "pending");
        table.worker.set(row, undefined);
        table.slot.set(row, null);
      });
    case "job.finished.v1":
      return change(table, event, (row) => {
        const { outcome, metrics, worker_id } = event.data;
        table.state.set(row, outcome.kind);
        table.loss.set(row, outcome.kind === "succeeded" ? outcome.loss : null);
        table.reason.set(row, "reason" in outcome ? outcome.reason || undefined : undefined);
        table.finishedAt.set(row, at);
        if (worker_id !== null) {
          table.attempt.set(row, event.data.attempt);
          table.worker.set(row, worker_id);
        }
        for (const [name, value] of Object.entries(metrics))
          if (typeof value === "number") table.metric(name)?.set(row, value);
      });
    case "job.retracted.v1":
      return change(table, event, (row) => {
        table.loss.set(row, null);
        table.retracted.set(row, 1);
      });
    default:
      return false;
  }
}

interface OfJob {
  position: number;
  data: { job_id: string };
}

function change(table: JobTable, { position, data }: OfJob, how: (row: number) => void): boolean {
  const row = Number(data.job_id.slice(data.job_id.lastIndexOf(".") + 1)) - 1;
  if (!table.has(row) || position <= table.asOf.get(row)) return false;
  table.touch(row, position);
  how(row);
  return true;
}
