// Shows `history.ts`.
import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";

import { useQueryState } from "../../shell/location";
import { Chart } from "../Chart";
import { Controls } from "../Controls";
import { useLook } from "../look";
import { useSlot } from "../slot";
import { useLossView } from "../useLossView";
import { useBrush, usePick, usePlotInput } from "../usePlot";
import { historyData, historyLabel, historyOption, historyScales } from "./history";

export function HistoryPlot({ height = 280 }: { height?: number }) {
  const input = usePlotInput();
  const look = useLook();
  const pick = usePick();
  const brush = useBrush();
  const hasControls = useSlot() !== null;
  const [query, change] = useQueryState();
  const [loss] = useLossView();
  const by = query.get("by") === "time" ? "time" : "number";
  const option = useMemo(() => historyOption(input, look, { by, loss }), [input, look, by, loss]);
  const label = useMemo(() => historyLabel(input), [input]);
  return (
    <>
      {hasControls && (
        <Controls>
          <SegmentedControl
            size="xs"
            aria-label="Order of the jobs"
            data={[
              { value: "number", label: "By number" },
              { value: "time", label: "By time" },
            ]}
            value={by}
            onChange={(value) => change({ by: value === "time" ? value : "" })}
          />
        </Controls>
      )}
      <Chart
        option={option}
        height={height}
        name="history"
        label={label}
        data={historyData(input)}
        onClick={pick}
        onBrush={(area) => {
          const { x, y } = historyScales(input, { by, loss });
          // Columns hold seconds, the axis of times milliseconds.
          const across = by === "time" ? ([area.x[0] / 1000, area.x[1] / 1000] as const) : area.x;
          brush([
            [x, across],
            [y, area.y],
          ]);
        }}
      />
    </>
  );
}
