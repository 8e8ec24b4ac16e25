// What the words mean by which jobs end, and what can be done about it (see docs/target-contract.md).

export interface Remedy {
  title: string;
  todo: string;
  /** Where the answer most likely stands. */
  look?: "log" | "attempts";
}

const FAILURES: Record<string, Remedy> = {
  exit_code: {
    title: "The target ended with an error",
    todo: "The end of the log most likely says why.",
    look: "log",
  },
  no_loss: {
    title: "The target wrote no loss.json",
    todo: "Write the loss to $HYPERDOCK_DIR/loss.json before the target ends: a number, or an object with a number loss.",
    look: "log",
  },
  empty_loss: {
    title: "loss.json is empty",
    todo: "Close or flush the file before the target ends.",
    look: "log",
  },
  malformed_loss: {
    title: "loss.json cannot be read",
    todo: 'It must hold a number, or an object such as {"loss": 0.25}.',
    look: "log",
  },
  non_finite_loss: {
    title: "The loss is not a finite number",
    todo: "NaN and infinity cannot be compared. Guard the training against them, or report a large loss instead.",
    look: "log",
  },
  reported_fail: {
    title: "The target reported that it failed",
    todo: 'Its loss.json says "state": "fail". The message is its own.',
    look: "log",
  },
  timeout: {
    title: "The job took too long",
    todo: "Raise the trial's timeout in a clone of it, or make these parameters cheaper.",
    look: "log",
  },
  out_of_memory: {
    title: "The target ran out of memory",
    todo: "Raise resources.memory in a clone of the trial, or make the target need less.",
    look: "attempts",
  },
  disk_limit: {
    title: "The target wrote too much to its folder",
    todo: "Raise resources.disk in a clone of the trial, or write less below $HYPERDOCK_DIR.",
  },
  image_unavailable: {
    title: "The target image cannot be had",
    todo: "Check its name and tag, and that the worker may pull it from its registry.",
    look: "attempts",
  },
  cannot_start: {
    title: "The target cannot be started",
    todo: "Check the trial's image, command, data and resources against what the worker has.",
    look: "attempts",
  },
  attempts_exhausted: {
    title: "Every attempt was lost",
    todo: "Not the target is at fault but what it runs on. Look at why the attempts were lost, then retry the job.",
    look: "attempts",
  },
};

export const remedyOf = (reason: string): Remedy =>
  FAILURES[reason] ?? { title: `The job failed: ${reason.replaceAll("_", " ")}`, todo: "Look at the log.", look: "log" };

const STOPS: Record<string, string> = {
  user: "Somebody stopped it.",
  wall_time: "The trial's time was up.",
  target_loss: "The trial had reached its target loss.",
  max_failures: "Too many jobs of the trial had failed.",
  hopeless: "The trial gave up: its first jobs all failed, or its target cannot be started.",
};

/** Why a job was, or is to be, stopped. */
export const stopWords = (reason: string): string =>
  STOPS[reason || "user"] ?? `The reason given is: ${reason.replaceAll("_", " ")}.`;

const LOSSES: [RegExp, string][] = [
  [/silent for too long/, "No heartbeat came in time. The worker, its host or the network was down."],
  [/started again without it/, "The worker came back and no longer had this job."],
  [/vanished/, "Somebody removed the container, or the engine lost it."],
  [/killed from outside/, "Something on the host ended the process, for example for want of memory."],
  [/machine was started again/, "The host was restarted while the job ran."],
  [/engine does not answer/, "The worker could not reach its Docker engine."],
  [/came back with a result/, "An earlier attempt that was thought lost had a result after all."],
  [/worker ends|worker stopped|gave it up/, "It was handed back in order, for another worker to take."],
];

/** What stands behind the reason for which an attempt was lost; empty: the reason says it all. */
export const lossWords = (reason: string): string => LOSSES.find(([known]) => known.test(reason))?.[1] ?? "";

const ORIGINS = {
  optimizer: "Proposed by the optimizer",
  enqueued: "Added by hand",
  imported: "Imported with its loss",
  retry: "Run again",
};

export const originWords = (origin: keyof typeof ORIGINS): string => ORIGINS[origin];
