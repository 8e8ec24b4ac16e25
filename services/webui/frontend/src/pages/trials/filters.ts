// Which trials are listed, in which order: read from the address, asked of the gateway.
import type { TrialQuery } from "../../api/client";
import type { TrialState } from "../../api/types";

export const STATES: readonly TrialState[] = ["running", "paused", "stopping", "completed", "stopped", "failed"];

export type Sort = NonNullable<TrialQuery["sort"]>;
export type Archived = NonNullable<TrialQuery["archived"]>;

export const SORTS: Readonly<Record<Sort, { label: string; order: "asc" | "desc" }>> = {
  submitted_at: { label: "Newest first", order: "desc" },
  updated_at: { label: "Last changed first", order: "desc" },
  finished_at: { label: "Last ended first", order: "desc" },
  name: { label: "By name", order: "asc" },
};

export const ARCHIVED: Readonly<Record<Archived, string>> = {
  false: "Not archived",
  true: "Archived only",
  any: "Archived too",
};

export interface Filters {
  name: string;
  tag: string;
  state: TrialState | undefined;
  archived: Archived;
  sort: Sort;
}

/** What an address asks for; what makes no sense in it counts as not said. */
export function readFilters(address: URLSearchParams): Filters {
  const known = <T extends string>(name: string, values: readonly T[]): T | undefined =>
    values.find((value) => value === address.get(name));
  return {
    name: address.get("q") ?? "",
    tag: address.get("tag") ?? "",
    state: known("state", STATES),
    archived: known("archived", Object.keys(ARCHIVED) as Archived[]) ?? "false",
    sort: known("sort", Object.keys(SORTS) as Sort[]) ?? "submitted_at",
  };
}

export const queryOf = ({ name, tag, state, archived, sort }: Filters): TrialQuery => ({
  name: name || undefined,
  tag: tag || undefined,
  state,
  archived,
  sort,
  order: SORTS[sort].order,
});

/** Whether some trials are left out; an order leaves only those out that have not ended. */
export const isNarrowed = ({ name, tag, state, archived, sort }: Filters): boolean =>
  name !== "" || tag !== "" || state !== undefined || archived === "true" || sort === "finished_at";

/** The changes of the address that take all filters away. */
export const NO_FILTERS = { q: undefined, tag: undefined, state: undefined, archived: undefined, sort: undefined };
