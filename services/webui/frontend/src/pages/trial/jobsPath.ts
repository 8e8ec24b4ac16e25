// Where jobs of a trial are listed.
import { writeFilters, type Filter } from "../../jobs/filters";
import { trialPath } from "../../parts/Link";

export const jobsPath = (trialId: string, filters: readonly Filter[]): string =>
  `${trialPath(trialId)}/jobs?f=${encodeURIComponent(writeFilters(filters))}`;
