// Where jobs of a trial are listed, as of the moment that is shown.
import { writeFilters, type Filter } from "../../jobs/filters";
import { useMoment } from "../../moment/context";
import { trialPath } from "../../parts/Link";

export function useJobsPath(trialId: string): (filters: Filter[]) => string {
  const moment = useMoment();
  const at = moment ? `&at=${moment.at}` : "";
  return (filters) => `${trialPath(trialId)}/jobs?f=${encodeURIComponent(writeFilters(filters))}${at}`;
}
