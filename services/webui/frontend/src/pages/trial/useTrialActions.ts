// All that can be done with a trial, as data: the same for buttons and for the menu of narrow screens.
import { useLocation } from "wouter";

import { useClient } from "../../api/client";
import type { Trial } from "../../api/types";
import { useMoment } from "../../moment/context";
import { useRefusal } from "../../parts/useRights";
import { useAction } from "../../parts/useAction";
import { useDownload } from "../../parts/useDownload";

export type DialogName = "stop" | "change" | "enqueue";

export interface TrialAction {
  id: string;
  label: string;
  group: "steer" | "keep" | "export";
  /** Why it cannot be done now. */
  why: string | undefined;
  run: () => void;
}

export const isOpen = ({ state }: Trial): boolean => state === "running" || state === "paused";
const hasEnded = ({ finished_at }: Trial): boolean => finished_at !== null;

export function useTrialActions(trial: Trial, show: (dialog: DialogName) => void): TrialAction[] {
  const client = useClient();
  const { run } = useAction();
  const download = useDownload();
  const refusal = useRefusal();
  const moment = useMoment();
  const forkRefusal = useRefusal("submit", { ofThePast: true });
  const [, navigate] = useLocation();
  const { trial_id: trialId, archived, state } = trial;
  const open = isOpen(trial);
  const ended = `The trial ${state === "stopping" ? "is stopping" : "has ended"}: clone it to go on`;
  const steer = (id: string, label: string, how: () => void): TrialAction => ({
    id,
    label,
    group: "steer",
    why: refusal ?? (open ? undefined : ended),
    run: how,
  });
  const exported = (format: "csv" | "jsonl" | "bundle", label: string): TrialAction => ({
    id: `export-${format}`,
    label,
    group: "export",
    why: undefined,
    run: () => download({ kind: "export", trialId, format }),
  });
  return [
    state === "paused"
      ? steer("resume", "Resume", () => void run("The trial goes on", () => client.resumeTrial(trialId)))
      : steer("pause", "Pause", () => {
          void run("The trial is paused; what runs may end", () => client.pauseTrial(trialId));
        }),
    steer("stop", "Stop", () => show("stop")),
    steer("change", "Change", () => show("change")),
    steer("enqueue", "Enqueue a point", () => show("enqueue")),
    {
      id: "clone",
      label: "Clone",
      group: "keep",
      why: refusal,
      run: () => navigate(`/new?clone=${encodeURIComponent(trialId)}`),
    },
    {
      id: "fork",
      label: moment ? "Fork from here" : "Fork",
      group: "keep",
      why: forkRefusal,
      run: () => navigate(`/new?fork=${encodeURIComponent(trialId)}${moment ? `&at=${moment.at}` : ""}`),
    },
    {
      id: "archive",
      label: archived ? "Unarchive" : "Archive",
      group: "keep",
      why: refusal ?? (archived || hasEnded(trial) ? undefined : "The trial has not ended: stop it first"),
      run: () =>
        void run(archived ? "The trial is back in the lists" : "The trial is archived", () =>
          client.change(trialId, { archived: !archived }),
        ),
    },
    {
      id: "compare",
      label: "Compare",
      group: "keep",
      why: undefined,
      run: () => navigate(`/compare?trials=${encodeURIComponent(trialId)}`),
    },
    exported("csv", "Jobs as CSV"),
    exported("jsonl", "Jobs as JSON lines"),
    exported("bundle", "Bundle of everything"),
    {
      id: "best-files",
      label: "Best job's files",
      group: "export",
      why: moment
        ? "Files have no past, and the best job may be another one now: go back to now, or open the job"
        : trial.best
          ? undefined
          : "No job has succeeded yet",
      run: () => download({ kind: "best", trialId }),
    },
  ];
}
