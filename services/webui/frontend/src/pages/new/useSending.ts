// How a draft is handed over: as a trial of its own, or as what a fork of another one changes.
import { useClient } from "../../api/client";
import type { TrialDocument } from "../../api/types";
import { useQueryState } from "../../shell/location";
import { forkOf, momentIn, ofDraft } from "./forking";
import type { Source } from "./Notices";
import type { Send } from "./useSubmission";

export function useSending(source: Source | null): Send {
  const client = useClient();
  const [query] = useQueryState();
  if (!source?.isFork) return (document, keyOf) => client.submit(document as unknown as TrialDocument, keyOf(document));
  const { trialId, spec } = source;
  return async (document, keyOf) => {
    const how = forkOf(spec, document, momentIn(query));
    try {
      return await client.fork(trialId, how, keyOf(how));
    } catch (error) {
      throw ofDraft(error);
    }
  };
}
