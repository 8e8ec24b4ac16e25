// What can be done with one trial of the list.
import { IconDots } from "@tabler/icons-react";

import type { ListedTrial } from "../../api/types";
import { trialPath } from "../../parts/Link";
import { MenuButton, type MenuEntry } from "../../parts/MenuButton";
import { hrefs } from "../../shell/location";
import { ACTIONS, type ActionName } from "./actions";

interface Given {
  trial: ListedTrial;
  refusal: string | undefined;
  act: (name: ActionName, trials: readonly ListedTrial[]) => void;
}

export function RowMenu({ trial, refusal, act }: Given) {
  const names = (Object.keys(ACTIONS) as ActionName[]).filter((name) => ACTIONS[name].applies(trial));
  const entries: MenuEntry[] = [
    { label: "Open", href: hrefs(trialPath(trial.trial_id)) },
    { label: "Clone", href: hrefs(`/new?clone=${encodeURIComponent(trial.trial_id)}`), refusal },
    ...names.map((name) => ({
      label: ACTIONS[name].label,
      act: () => act(name, [trial]),
      refusal,
      isDangerous: name === "stop",
    })),
  ];
  return <MenuButton label={`Do with ${trial.name}`} icon={<IconDots size={16} />} entries={entries} size="sm" />;
}
