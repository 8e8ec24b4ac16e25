// Does something with trials of the list, and says how it went.
import { useCallback } from "react";

import { useClient } from "../../api/client";
import type { ListedTrial } from "../../api/types";
import { counted } from "../../parts/format";
import { useAction } from "../../parts/useAction";
import { ACTIONS, actOn, type ActionName } from "./actions";

export function useActions(): {
  act: (name: ActionName, trials: readonly ListedTrial[]) => void;
  isBusy: boolean;
} {
  const client = useClient();
  const { run, isBusy } = useAction();
  const act = useCallback(
    (name: ActionName, trials: readonly ListedTrial[]) => {
      const action = ACTIONS[name];
      const [one] = trials;
      const who = trials.length === 1 && one ? one.name : counted(trials.length, "trial");
      void run(`${who}: ${action.done}`, () => actOn(client, action, trials));
    },
    [client, run],
  );
  return { act, isBusy };
}
