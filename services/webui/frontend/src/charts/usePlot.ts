// What a plot of the trial's page is made of now. Live changes come at most twice a second, and not to
// plots that nobody sees; what people do is shown at once.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { useAnalysis, type Analysis } from "../pages/trial/analysis";
import type { Click } from "./Chart";
import { brushed, type PlotInput } from "./input";
import { rowOf } from "./points";
import { filterOf, type Scale } from "./scale";
import { useSlot } from "./slot";

const PAUSE = 500; // ms

/** Of the last change that was drawn, what a plot compares. */
const isSame = (one: Analysis, other: Analysis): boolean =>
  one.filters === other.filters &&
  one.selected === other.selected &&
  one.columns === other.columns &&
  one.jobs.table === other.jobs.table &&
  one.jobs.isComplete === other.jobs.isComplete;

/** `pause`: a plot that takes long to make may wait for longer, in ms. */
export function usePlotInput(pause = PAUSE): PlotInput {
  const analysis = useAnalysis();
  const isSeen = useSlot()?.isSeen ?? true;
  const [drawn, setDrawn] = useState(analysis);
  const newest = useRef(analysis);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  // What people did is shown in the same moment.
  if (isSeen && drawn !== analysis && !isSame(drawn, analysis)) setDrawn(analysis);

  useEffect(() => {
    newest.current = analysis;
    if (!isSeen || drawn === analysis || waiting.current !== undefined) return;
    waiting.current = setTimeout(
      () => {
        waiting.current = undefined;
        last.current = performance.now();
        setDrawn(newest.current);
      },
      Math.max(0, last.current + pause - performance.now()),
    );
  }, [analysis, drawn, isSeen, pause]);
  useEffect(
    () => () => {
      clearTimeout(waiting.current);
      waiting.current = undefined;
    },
    [],
  );
  return useMemo(() => inputOf(drawn), [drawn]);
}

const known = new WeakMap<Analysis, PlotInput>();

/** The same for all plots that draw the same: what one found out of it, as its scales, holds for all. */
function inputOf(analysis: Analysis): PlotInput {
  const { jobs, columns, rows, selected, parameters, spec, trial } = analysis;
  const input = known.get(analysis) ?? {
    table: jobs.table,
    columns,
    rows,
    selected,
    parameters,
    objective: spec.objective,
    targetLoss: trial.budget.target_loss,
  };
  known.set(analysis, input);
  return input;
}

/** What a click on a job does: picks it alone, or with Shift or Ctrl beside the others. */
export function usePick(): (click: Click) => void {
  const { select, toggle } = useAnalysis();
  return useCallback(
    ({ value, adds }) => {
      const row = rowOf(value);
      if (row === undefined) return;
      if (adds) toggle(row);
      else select([row]);
    },
    [select, toggle],
  );
}

/** What a brush does: filters the columns of the scales that it covers. */
export function useBrush(): (parts: readonly (readonly [Scale, readonly [number, number]])[]) => void {
  const { filters, setFilters } = useAnalysis();
  return useCallback(
    (parts) => {
      const found = parts.flatMap(([scale, range]) => filterOf(scale, range));
      const covered = parts.filter(([, range]) => Number.isFinite(range[0])).map(([scale]) => scale.column);
      setFilters(brushed(filters, covered, found));
    },
    [filters, setFilters],
  );
}
