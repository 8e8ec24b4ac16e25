// Stops, retries or retracts the jobs that people picked, one after the other.
import { useClient } from "../../api/client";
import { counted } from "../../parts/format";
import { useRefusal } from "../../parts/useRights";
import { useAction } from "../../parts/useAction";
import { useAnalysis } from "./analysis";
import { canRetract, canRetry, canStop } from "./picking";
import { isOpen } from "./useTrialActions";

interface Doing {
  /** Those of the picked jobs of which it makes sense. */
  rows: number[];
  /** Why not. */
  why: string | undefined;
}

export interface Picking {
  stop: Doing & { run: () => void };
  retry: Doing & { run: () => void };
  retract: Doing & { run: (reason: string) => void };
  enqueue: { why: string | undefined };
  isBusy: boolean;
}

export function usePicking(rows: readonly number[]): Picking {
  const client = useClient();
  const { trial, jobs } = useAnalysis();
  const { run, isBusy } = useAction();
  const refusal = useRefusal();
  const { table } = jobs;
  const closed = isOpen(trial) ? undefined : "The trial has ended: clone it to go on";
  const doing = (fit: typeof canStop, none: string, why?: string): Doing => {
    const fitting = rows.filter((row) => fit(table, row));
    return { rows: fitting, why: refusal ?? (fitting.length ? why : none) };
  };
  const each = (those: readonly number[], done: string, how: (jobId: string) => Promise<void>) =>
    void run(`${counted(those.length, "job")} ${done}`, async () => {
      for (const row of those) await how(table.jobId(row));
    });
  const stop = doing(canStop, "What has ended cannot be stopped");
  const retry = doing(canRetry, "Only what failed, was pruned, cancelled or retracted can run again", closed);
  const retract = doing(canRetract, "Only a result that counts can be retracted");
  return {
    stop: { ...stop, run: () => each(stop.rows, "being stopped", (id) => client.stopJob(id)) },
    retry: { ...retry, run: () => each(retry.rows, "run again", (id) => client.retryJob(id)) },
    retract: {
      ...retract,
      run: (reason) => each(retract.rows, "retracted", (id) => client.retractJob(id, reason)),
    },
    enqueue: { why: refusal ?? closed },
    isBusy,
  };
}
