// What can be done with trials of a list, one or many, and with which of them.
import type { Client } from "../../api/client";
import { messageOf } from "../../api/problem";
import type { ListedTrial } from "../../api/types";
import { counted } from "../../parts/format";

export type ActionName = "stop" | "pause" | "resume" | "archive" | "unarchive";

export interface Action {
  label: string;
  /** What is said when it is done: `3 trials` and this. */
  done: string;
  applies: (trial: ListedTrial) => boolean;
  act: (client: Client, trialId: string) => Promise<void>;
}

const OPEN: readonly ListedTrial["state"][] = ["running", "paused"];
const ENDED: readonly ListedTrial["state"][] = ["completed", "stopped", "failed"];

export const ACTIONS: Readonly<Record<ActionName, Action>> = {
  stop: {
    label: "Stop",
    done: "told to stop",
    applies: ({ state }) => OPEN.includes(state),
    act: (client, id) => client.stopTrial(id),
  },
  pause: {
    label: "Pause",
    done: "told to pause",
    applies: ({ state }) => state === "running",
    act: (client, id) => client.pauseTrial(id),
  },
  resume: {
    label: "Resume",
    done: "told to go on",
    applies: ({ state }) => state === "paused",
    act: (client, id) => client.resumeTrial(id),
  },
  archive: {
    label: "Archive",
    done: "archived",
    applies: ({ state, archived }) => ENDED.includes(state) && !archived,
    act: (client, id) => client.change(id, { archived: true }),
  },
  unarchive: {
    label: "Unarchive",
    done: "taken out of the archive",
    applies: ({ archived }) => archived,
    act: (client, id) => client.change(id, { archived: false }),
  },
};

const AT_ONCE = 6; // as many connections as a browser keeps to one server

/** Does it with each trial; fails in the end if it failed with some, and says with how many. */
export async function actOn(client: Client, { act }: Action, trials: readonly ListedTrial[]): Promise<void> {
  const waiting = trials.map((each) => each.trial_id);
  const problems: unknown[] = [];
  const one = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift())
      await act(client, id).catch((error: unknown) => problems.push(error));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  if (problems.length === 0) return;
  const first = messageOf(problems[0]);
  throw new Error(trials.length === 1 ? first : `Of ${counted(trials.length, "trial")} ${problems.length} refused: ${first}`);
}
