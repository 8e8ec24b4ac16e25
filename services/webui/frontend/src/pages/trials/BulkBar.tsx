// What can be done with the trials that are selected, at the foot of the screen.
import { Button, CloseButton } from "@mantine/core";

import type { ListedTrial } from "../../api/types";
import { counted } from "../../parts/format";
import { hrefs } from "../../shell/location";
import { ACTIONS, type ActionName } from "./actions";
import classes from "./BulkBar.module.css";

interface Given {
  trials: readonly ListedTrial[];
  refusal: string | undefined;
  isBusy: boolean;
  act: (name: ActionName, trials: readonly ListedTrial[]) => void;
  clear: () => void;
}

const MOST_COMPARED = 6;

export function BulkBar({ trials, refusal, isBusy, act, clear }: Given) {
  if (trials.length === 0) return null;
  const names = (Object.keys(ACTIONS) as ActionName[]).filter((name) => trials.some(ACTIONS[name].applies));
  return (
    <div className={classes["bar"]} role="toolbar" aria-label="Selected trials">
      <span className={classes["count"]}>{counted(trials.length, "trial")}</span>
      <Compare trials={trials} />
      {names.map((name) => (
        <Act key={name} name={name} {...{ trials, refusal, isBusy, act }} />
      ))}
      <CloseButton size="sm" aria-label="Select none" onClick={clear} />
    </div>
  );
}

function Compare({ trials }: { trials: readonly ListedTrial[] }) {
  const ids = trials.map((each) => encodeURIComponent(each.trial_id));
  if (ids.length < 2 || ids.length > MOST_COMPARED)
    return (
      <Button size="xs" variant="default" disabled title={`Select two to ${MOST_COMPARED} trials to compare them`}>
        Compare
      </Button>
    );
  return (
    <Button component="a" size="xs" variant="default" href={hrefs(`/compare?trials=${ids.join(",")}`)}>
      Compare
    </Button>
  );
}

function Act({ name, trials, refusal, isBusy, act }: Omit<Given, "clear"> & { name: ActionName }) {
  const concerned = trials.filter(ACTIONS[name].applies);
  const count = concerned.length === trials.length ? "" : ` ${concerned.length}`;
  return (
    <Button
      size="xs"
      variant={name === "stop" ? "filled" : "default"}
      {...(name === "stop" && { color: "red" })}
      disabled={refusal !== undefined || isBusy}
      title={refusal}
      onClick={() => act(name, concerned)}
    >
      {ACTIONS[name].label}
      {count}
    </Button>
  );
}
