// Sending the draft off: what was refused comes back to its fields, a success leads to the trial.
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useLocation } from "wouter";

import { useClient } from "../../api/client";
import { ApiProblem, messageOf } from "../../api/problem";
import { trialPath } from "../../parts/Link";
import { useOnce } from "../../parts/useOnce";
import type { Raw } from "./raw";

const LOOKS = 10;
const APART = 200; // ms

export interface Submission {
  submit: () => void;
  isBusy: boolean;
  /** Why this very document was not taken, handed over so. */
  refused: ApiProblem | null;
  failure: string | null;
}

interface Outcome {
  document: Raw;
  send: Send;
  error: unknown;
}

/** Hands a document over; gives the id of the trial that begins. Another one where it would do it otherwise. */
export type Send = (document: Raw, key: (content: unknown) => string) => Promise<string>;

export function useSubmission(document: Raw, onDone: () => void, begin: Send): Submission {
  const client = useClient();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const isSending = useRef(false);
  const keyOf = useOnce();
  const send = async () => {
    if (isSending.current) return;
    isSending.current = true;
    setBusy(true);
    setOutcome(null);
    try {
      const trialId = await begin(document, keyOf);
      onDone();
      // The trial is recorded; the gateway may see it a moment later.
      await queries
        .query({
          queryKey: ["trial", trialId],
          queryFn: () => client.trial(trialId),
          retry: (count, error) => count < LOOKS && error instanceof ApiProblem && error.status === 404,
          retryDelay: APART,
        })
        .catch(() => undefined);
      void queries.invalidateQueries({ queryKey: ["trials"] });
      navigate(trialPath(trialId));
    } catch (error) {
      setOutcome({ document, send: begin, error });
      setBusy(false);
      isSending.current = false;
    }
  };
  const error = outcome?.document === document && outcome.send === begin ? outcome.error : null;
  const isRefusal = error instanceof ApiProblem && error.fields.length > 0;
  return {
    submit: () => void send(),
    isBusy,
    refused: isRefusal ? error : null,
    failure: error !== null && !isRefusal ? messageOf(error) : null,
  };
}
