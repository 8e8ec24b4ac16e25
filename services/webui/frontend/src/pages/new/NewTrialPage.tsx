// Where a trial is written and submitted: anew, as a clone of another one, or as a fork of it.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { useClient } from "../../api/client";
import { useSpec, useTrial } from "../../api/queries";
import { Failure, Waiting } from "../../parts/Notes";
import { PageHead } from "../../parts/PageHead";
import { useQueryState } from "../../shell/location";
import { documentOf } from "./cloning";
import { draftOf, emptyDraft } from "./draft";
import { FORK, momentIn } from "./forking";
import { Editor } from "./Editor";

export default function NewTrialPage() {
  const [query] = useQueryState();
  const cloned = query.get("clone");
  const forked = query.get("fork");
  const empty = useMemo(() => emptyDraft(), []);
  if (forked) return <Copy key={`fork ${forked}`} trialId={forked} isFork />;
  return cloned ? <Copy key={cloned} trialId={cloned} isFork={false} /> : <Editor key="new" place="" initial={empty} source={null} />;
}

/** The trial to fork, with what had been changed of it by the moment that the page was opened with. */
function useChanged(trialId: string, isFork: boolean) {
  const client = useClient();
  const [query] = useQueryState();
  const [at] = useState(() => momentIn(query).at);
  return useQuery({
    queryKey: ["trial", trialId, "fork", at],
    queryFn: () => (typeof at === "number" ? client.at(at) : client).trial(trialId),
    enabled: isFork,
    staleTime: Infinity,
  });
}

function Copy({ trialId, isFork }: { trialId: string; isFork: boolean }) {
  const spec = useSpec(trialId);
  const trial = useTrial(trialId);
  const then = useChanged(trialId, isFork);
  const initial = useMemo(() => {
    if (!spec.data) return null;
    if (!isFork) return draftOf(documentOf(spec.data), null, true);
    if (!then.data) return null;
    const { budget, parallelism, priority } = then.data;
    return draftOf(documentOf({ ...spec.data, budget, parallelism, priority }, FORK), null, true);
  }, [spec.data, isFork, then.data]);
  const best = trial.data?.best ?? null;
  const source = useMemo(
    () => spec.data && { trialId, name: spec.data.name, best, spec: spec.data, isFork },
    [trialId, spec.data, best, isFork],
  );
  const error = spec.error ?? then.error;
  if (error)
    return (
      <>
        <PageHead title="New trial" tab="New trial" />
        <Failure
          error={error}
          retry={() => {
            void spec.refetch();
            if (isFork) void then.refetch();
          }}
        />
      </>
    );
  if (!source || !initial) return <Waiting what={`Loading the trial to ${isFork ? "fork" : "clone"}`} />;
  return <Editor place={isFork ? `fork:${trialId}` : trialId} initial={initial} source={source} />;
}
