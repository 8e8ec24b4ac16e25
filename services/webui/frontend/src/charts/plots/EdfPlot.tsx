// Shows `edf.ts`.
import { useMemo } from "react";

import { Chart } from "../Chart";
import { useLook } from "../look";
import { lossScale } from "../scale";
import { useLossView } from "../useLossView";
import { useBrush, usePick, usePlotInput } from "../usePlot";
import { edfData, edfLabel, edfOption } from "./edf";

export function EdfPlot({ height = 260 }: { height?: number }) {
  const input = usePlotInput();
  const look = useLook();
  const pick = usePick();
  const brush = useBrush();
  const [view] = useLossView();
  const option = useMemo(() => edfOption(input, look, view), [input, look, view]);
  const label = useMemo(() => edfLabel(input), [input]);
  return (
    <Chart
      option={option}
      height={height}
      name="distribution"
      label={label}
      data={edfData(input)}
      onClick={pick}
      onBrush={({ x }) => brush([[lossScale(input, view), x]])}
    />
  );
}
