// How trials are called that stand side by side.
import type { Trial } from "../../api/types";

/** Names, with the ids where names are not enough. */
export function namesOf(trials: readonly Trial[]): string[] {
  const isTwice = (name: string) => trials.filter((each) => each.name === name).length > 1;
  return trials.map(({ name, trial_id }) => (isTwice(name) ? trial_id : name));
}
