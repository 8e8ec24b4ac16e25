// The head of a trial's page: what it is, how it is, what can be done.
import { Text } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";

import type { Trial, TrialSpec } from "../../api/types";
import { Copy } from "../../parts/Copy";
import { counted } from "../../parts/format";
import { Link, trialPath } from "../../parts/Link";
import { PageHead } from "../../parts/PageHead";
import { State } from "../../parts/State";
import { useHashSearch } from "../../shell/location";
import { Actions } from "./Actions";
import { ChangeDialog } from "./ChangeDialog";
import { EnqueueDialog } from "./EnqueueDialog";
import { StopDialog } from "./StopDialog";
import { Tags } from "./Tags";
import { TravelButton } from "./TimeTravel";
import classes from "./TrialHead.module.css";
import { isOpen, useTrialActions, type DialogName } from "./useTrialActions";

export function TrialHead({ trial, spec }: { trial: Trial; spec: TrialSpec | undefined }) {
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const actions = useTrialActions(trial, setDialog);
  const close = () => setDialog(null);
  return (
    <>
      <PageHead title={trial.name} tab={trial.name}>
        <TravelButton trialId={trial.trial_id} />
        <CopyLink />
        <Actions actions={actions} />
      </PageHead>
      <div className={classes["meta"]}>
        <State state={trial.state} />
        {trial.archived && <span>archived</span>}
        <span className={classes["target"]}>
          {trial.image ?? (trial.external ? "evaluated elsewhere" : trial.command?.join(" "))}
        </span>
        <span>{trial.algorithm}</span>
        <span>{trial.objective}</span>
        <span>pool {trial.pool}</span>
        {trial.priority !== 0 && <span>priority {trial.priority}</span>}
        {trial.forked_from && <ForkedFrom {...trial.forked_from} />}
        <span className={classes["id"]}>
          {trial.trial_id} <Copy text={trial.trial_id} what="the id" />
        </span>
        <Tags trial={trial} />
      </div>
      {trial.message && (
        <Text size="sm" mb="sm" className={classes["message"]} data-state={trial.state}>
          {trial.message}
        </Text>
      )}
      {trial.location && trial.finished_at !== null && (
        <Text size="xs" c="dimmed" mb="sm" className={classes["target"]}>
          Results: {trial.location}
        </Text>
      )}
      {dialog === "stop" && <StopDialog trial={trial} close={close} />}
      {dialog === "change" && isOpen(trial) && <ChangeDialog trial={trial} close={close} />}
      {dialog === "enqueue" && spec && <EnqueueDialog trial={trial} spec={spec} close={close} />}
    </>
  );
}

/** The trial that it began with, as that was then. */
function ForkedFrom({ trial_id: trialId, position, results }: NonNullable<Trial["forked_from"]>) {
  return (
    <span>
      fork of <Link to={`${trialPath(trialId)}?at=${position}`}>{trialId}</Link> with {counted(results, "result")}
    </span>
  );
}

/** Of the page with the filters and picked jobs that it has now. */
function CopyLink() {
  useLocation();
  useHashSearch();
  return <Copy text={location.href} what="the link to this view" />;
}
