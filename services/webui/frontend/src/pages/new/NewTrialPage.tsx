// Where a trial is written and submitted: anew, or as a clone of another one.
import { useMemo } from "react";

import { useSpec, useTrial } from "../../api/queries";
import { Failure, Waiting } from "../../parts/Notes";
import { PageHead } from "../../parts/PageHead";
import { useQueryState } from "../../shell/location";
import { documentOf } from "./cloning";
import { draftOf, emptyDraft } from "./draft";
import { Editor } from "./Editor";

export default function NewTrialPage() {
  const [query] = useQueryState();
  const cloned = query.get("clone");
  const empty = useMemo(() => emptyDraft(), []);
  return cloned ? <Clone key={cloned} trialId={cloned} /> : <Editor key="new" place="" initial={empty} source={null} />;
}

function Clone({ trialId }: { trialId: string }) {
  const spec = useSpec(trialId);
  const trial = useTrial(trialId);
  const initial = useMemo(() => (spec.data ? draftOf(documentOf(spec.data), null, true) : null), [spec.data]);
  if (spec.error)
    return (
      <>
        <PageHead title="New trial" tab="New trial" />
        <Failure error={spec.error} retry={() => void spec.refetch()} />
      </>
    );
  if (!spec.data || !initial) return <Waiting what="Loading the trial to clone" />;
  const source = { trialId, name: spec.data.name, best: trial.data?.best ?? null };
  return <Editor place={trialId} initial={initial} source={source} />;
}
