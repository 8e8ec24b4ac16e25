// Renders a part of the trial page over a table of jobs, as `TrialPage` would.
import type { ReactNode } from "react";

import type { Columns, Trial, TrialSpec } from "../api/types";
import { JobTable } from "../jobs/table";
import type { Jobs } from "../jobs/useJobTable";
import { AnalysisProvider } from "../pages/trial/analysis";
import { parametersOf } from "../space/outline";
import type { FakeClient } from "./fakeClient";
import * as samples from "./samples";
import { show } from "./show";

interface Shown {
  columns?: Columns;
  trial?: Trial;
  spec?: TrialSpec;
  client?: FakeClient;
  at?: string;
}

/** A table of the samples' jobs. */
export function jobsOf(columns: Columns = samples.columns(40), spec: TrialSpec = samples.spec()): Jobs {
  const table = new JobTable(columns.trial_id, parametersOf(spec.space));
  table.fill(columns);
  return { table, version: 1, isComplete: true, position: columns.position };
}

export function showAnalysis(
  what: ReactNode,
  { columns = samples.columns(40), trial = samples.trial(), spec = samples.spec(), client, at }: Shown = {},
) {
  const jobs = jobsOf(columns, spec);
  const shown = show(
    <AnalysisProvider trial={trial} spec={spec} parameters={parametersOf(spec.space)} jobs={jobs}>
      {what}
    </AnalysisProvider>,
    { ...(client && { client }), at: at ?? "/trial/digits-k3x9aa/jobs" },
  );
  return { ...shown, jobs };
}
