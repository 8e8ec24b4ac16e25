// The trial's life: what people did with it, what went wrong, each new best, and why it ended.
import type { Trial } from "../../api/types";
import { Story } from "../../why/Story";
import { useTrialStory } from "../../why/useWhy";
import { Panel } from "./Panel";

export default function WhyTab({ trial }: { trial: Trial }) {
  const told = useTrialStory(trial);
  return (
    <Panel title="What happened">
      <Story told={told} of={`trial ${trial.name}`} />
    </Panel>
  );
}
