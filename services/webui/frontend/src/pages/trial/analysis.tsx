// What the table and the plots of a trial share: its jobs, which of them are shown, which are picked.
// Filters and picked jobs stand in the address, so a link brings them back.
import { createContext, use, useCallback, useMemo, type ReactNode } from "react";

import type { Trial, TrialSpec } from "../../api/types";
import { columnsOf, matching, readFilters, writeFilters, type Column, type Filter } from "../../jobs/filters";
import type { Jobs } from "../../jobs/useJobTable";
import { useQueryState } from "../../shell/location";
import type { Parameter } from "../../space/outline";

const MOST_IN_ADDRESS = 100;

export interface Analysis {
  trial: Trial;
  spec: TrialSpec;
  parameters: readonly Parameter[];
  /** Changed in place: whatever is made of the table depends on `jobs.version`. */
  jobs: Jobs;
  columns: readonly Column[];
  filters: readonly Filter[];
  /** Puts a filter in the place of the one of its column; null takes that away. */
  setFilter: (column: string, filter: Filter | null) => void;
  /** Puts these in the place of all filters: of a brush over several axes. */
  setFilters: (filters: readonly Filter[]) => void;
  /** The rows that meet all filters. */
  rows: readonly number[];
  /** The rows that people picked, whatever is shown. */
  selected: ReadonlySet<number>;
  select: (rows: Iterable<number>) => void;
  toggle: (row: number) => void;
}

const AnalysisContext = createContext<Analysis | null>(null);

export function useAnalysis(): Analysis {
  const analysis = use(AnalysisContext);
  if (!analysis) throw new Error("there is no analysis around this component");
  return analysis;
}

interface Given {
  trial: Trial;
  spec: TrialSpec;
  parameters: readonly Parameter[];
  jobs: Jobs;
  children: ReactNode;
}

export function AnalysisProvider({ trial, spec, parameters, jobs, children }: Given) {
  const [query, change] = useQueryState();
  const [written, picked] = [query.get("f") ?? "", query.get("picked") ?? ""];
  const filters = useMemo(() => readFilters(written), [written]);
  const { table, version } = jobs;
  const metrics = table.metrics.size;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- a metric that was never seen is a new column
  const columns = useMemo(() => columnsOf(table), [table, metrics]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the table is changed in place
  const rows = useMemo(() => matching(table, columns, filters), [table, columns, filters, version]);
  const selected = useMemo(
    () => new Set(picked.split(",").filter(Boolean).map((each) => Number(each) - 1)),
    [picked],
  );

  const setFilters = useCallback(
    (all: readonly Filter[]) => change({ f: writeFilters(all) }),
    [change],
  );
  const setFilter = useCallback(
    (column: string, filter: Filter | null) => {
      const others = filters.filter((each) => each.column !== column);
      setFilters(filter ? [...others, filter] : others);
    },
    [filters, setFilters],
  );
  const select = useCallback(
    (all: Iterable<number>) => {
      const numbers = [...new Set(all)].slice(0, MOST_IN_ADDRESS).map((row) => row + 1);
      change({ picked: numbers.join(",") });
    },
    [change],
  );
  const toggle = useCallback(
    (row: number) => select(selected.has(row) ? [...selected].filter((each) => each !== row) : [...selected, row]),
    [select, selected],
  );
  const analysis = useMemo(
    () => ({ trial, spec, parameters, jobs, columns, filters, setFilter, setFilters, rows, selected, select, toggle }),
    [trial, spec, parameters, jobs, columns, filters, setFilter, setFilters, rows, selected, select, toggle],
  );
  return <AnalysisContext value={analysis}>{children}</AnalysisContext>;
}
