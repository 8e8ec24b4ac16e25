// How a draft is handed over: as a trial of its own, or as what a fork of another one changes.
import { useCallback } from "react";

import { useClient } from "../../api/client";
import type { TrialDocument } from "../../api/types";
import { useQueryState } from "../../shell/location";
import { forkOf, momentIn, ofDraft } from "./forking";
import type { Source } from "./Notices";
import type { Send } from "./useSubmission";

export function useSending(source: Source | null): Send {
  const client = useClient();
  const [query] = useQueryState();
  query.delete("view");
  const asked = query.toString();
  return useCallback<Send>(
    async (document, keyOf) => {
      if (!source?.isFork) return client.submit(document as unknown as TrialDocument, keyOf(document));
      const how = forkOf(source.spec, document, momentIn(new URLSearchParams(asked)));
      try {
        return await client.fork(source.trialId, how, keyOf(how));
      } catch (error) {
        throw ofDraft(error);
      }
    },
    [client, source, asked],
  );
}
