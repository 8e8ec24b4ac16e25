// Why a job still waits: what of the trial and of the workers stands in its way.
import type { Trial, Worker } from "../../api/types";
import { counted } from "../../parts/format";

export interface Wait {
  why: string;
  todo: string;
}

export function whyWaiting(trial: Trial | undefined, workers: readonly Worker[] | undefined): Wait {
  if (trial?.state === "paused")
    return { why: "The trial is paused.", todo: "Resume the trial, and the job is given to a worker." };
  if (trial?.state === "stopping")
    return { why: "The trial is stopping.", todo: "Jobs that have not begun are cancelled." };
  if (trial?.external)
    return { why: "It waits for your own program.", todo: "Ask for it with the client; this trial runs on no worker." };
  if (!trial || !workers) return { why: "It waits for a free slot.", todo: "" };
  const pool = workers.filter((each) => each.pool === trial.pool && each.state === "alive");
  if (!pool.length)
    return {
      why: `There is no worker in the pool ${trial.pool}.`,
      todo: "Start a worker for it, or submit the trial to a pool that has one.",
    };
  const open = pool.filter((each) => !each.draining);
  if (!open.length)
    return { why: `All workers of the pool ${trial.pool} are draining.`, todo: "Let one of them take jobs again." };
  const slots = open.reduce((sum, each) => sum + each.slots, 0);
  const taken = open.reduce((sum, each) => sum + Object.keys(each.running).length, 0);
  if (taken >= slots)
    return {
      why: `No slot is free: ${counted(taken, "job")} on ${counted(slots, "slot")} of the pool ${trial.pool}.`,
      todo: "It begins as soon as a slot is free. Trials of a higher priority go first.",
    };
  return { why: "A worker is about to take it.", todo: "If it stays so, look whether a worker has what the trial asks for." };
}
