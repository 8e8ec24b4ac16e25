// The story of a job or a trial, told anew whenever its document changes.
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { useClient } from "../api/client";
import type { Job, Trial, Why } from "../api/types";

export type Told = Pick<UseQueryResult<Why>, "data" | "error" | "refetch">;

export function useJobStory(job: Job): Told {
  const client = useClient();
  const id = job.job_id;
  return useNewest(useQuery({ queryKey: ["job", id, "why"], queryFn: () => client.whyJob(id) }), job);
}

export function useTrialStory(trial: Trial): Told {
  const client = useClient();
  const id = trial.trial_id;
  return useNewest(useQuery({ queryKey: ["trial", id, "why"], queryFn: () => client.whyTrial(id) }), trial);
}

function useNewest(told: UseQueryResult<Why>, document: Job | Trial): Told {
  const { refetch } = told;
  const shown = useRef(document);
  useEffect(() => {
    if (shown.current === document) return;
    shown.current = document;
    void refetch();
  }, [document, refetch]);
  return told;
}
