// Shows `histogram.ts`.
import { useMemo } from "react";

import { Chart } from "../Chart";
import { useLook } from "../look";
import { useLossView } from "../useLossView";
import { useBrush, usePlotInput } from "../usePlot";
import { histogramData, histogramLabel, histogramOption, histogramScale, type Measure } from "./histogram";

export function HistogramPlot({ measure, height = 220 }: { measure: Measure; height?: number }) {
  const input = usePlotInput();
  const look = useLook();
  const brush = useBrush();
  const [view] = useLossView();
  const option = useMemo(() => histogramOption(input, look, measure, view), [input, look, measure, view]);
  const label = useMemo(() => histogramLabel(input, measure), [input, measure]);
  return (
    <Chart
      option={option}
      height={height}
      name={measure === "loss" ? "losses" : "durations"}
      label={label}
      data={histogramData(input, measure, view)}
      onBrush={({ x }) => brush([[histogramScale(input, measure, view), x]])}
    />
  );
}
