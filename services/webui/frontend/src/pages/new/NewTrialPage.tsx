// Where a trial is written and submitted: anew, as a clone of another one, or as a fork of it.
import { useMemo } from "react";

import { useSpec, useTrial } from "../../api/queries";
import { Failure, Waiting } from "../../parts/Notes";
import { PageHead } from "../../parts/PageHead";
import { useQueryState } from "../../shell/location";
import { documentOf } from "./cloning";
import { draftOf, emptyDraft } from "./draft";
import { FORK } from "./forking";
import { Editor } from "./Editor";

export default function NewTrialPage() {
  const [query] = useQueryState();
  const cloned = query.get("clone");
  const forked = query.get("fork");
  const empty = useMemo(() => emptyDraft(), []);
  if (forked) return <Copy key={`fork ${forked}`} trialId={forked} isFork />;
  return cloned ? <Copy key={cloned} trialId={cloned} isFork={false} /> : <Editor key="new" place="" initial={empty} source={null} />;
}

function Copy({ trialId, isFork }: { trialId: string; isFork: boolean }) {
  const spec = useSpec(trialId);
  const trial = useTrial(trialId);
  const initial = useMemo(
    () => (spec.data ? draftOf(documentOf(spec.data, isFork ? FORK : undefined), null, true) : null),
    [spec.data, isFork],
  );
  if (spec.error)
    return (
      <>
        <PageHead title="New trial" tab="New trial" />
        <Failure error={spec.error} retry={() => void spec.refetch()} />
      </>
    );
  if (!spec.data || !initial) return <Waiting what={`Loading the trial to ${isFork ? "fork" : "clone"}`} />;
  const source = { trialId, name: spec.data.name, best: trial.data?.best ?? null, spec: spec.data, isFork };
  return <Editor place={isFork ? `fork:${trialId}` : trialId} initial={initial} source={source} />;
}
