// Shows `timeline.ts`: as long as jobs run it goes on every other second.
import { useMemo, useState } from "react";

import { useNow } from "../../parts/clock";
import { Chart } from "../Chart";
import { Nothing } from "../Controls";
import { Legend } from "../Legend";
import { useLook } from "../look";
import { useSlot } from "../slot";
import type { Handler } from "../useCanvas";
import { useAnalysis } from "../../pages/trial/analysis";
import { usePick, usePlotInput } from "../usePlot";
import { isPart } from "../zoom";
import {
  lanesOf,
  rowOfBar,
  statesOf,
  timelineData,
  timelineHeight,
  timelineLabel,
  timelineOption,
  type Window,
} from "./timeline";

const MARGINS = { left: 116, right: 16 }; // px, as in `timelineOption`

export function TimelinePlot() {
  const input = usePlotInput();
  const look = useLook();
  const pick = usePick();
  const { setFilter } = useAnalysis();
  const [window, setWindow] = useState<Window>();
  const states = useMemo(() => statesOf(input), [input]);
  const now = useSteadyNow(states.includes("running"));
  const lanes = useMemo(() => lanesOf(input), [input]);
  const option = useMemo(() => timelineOption(input, look, now, window), [input, look, now, window]);
  const label = useMemo(() => timelineLabel(input, now), [input, now]);
  const events = useMemo(
    (): Record<string, Handler> => ({
      datazoom: (what, chart) => {
        const at = (pixel: number) => chart.convertFromPixel({ xAxisIndex: 0 }, pixel) / 1000;
        setWindow(isPart(what) ? [at(MARGINS.left), at(chart.getWidth() - MARGINS.right)] : undefined);
      },
    }),
    [],
  );
  if (!lanes.length) return <Nothing>No worker has taken a job yet.</Nothing>;
  return (
    <>
      <Legend items={states.map((state) => ({ color: look.state[state], label: state }))} />
      <Chart
        option={option}
        height={timelineHeight(lanes.length)}
        name="timeline"
        label={label}
        data={timelineData(input)}
        events={events}
        onClick={({ value, adds }) => {
          const row = rowOfBar(value);
          if (row !== undefined) pick({ value: [0, 0, row], adds, seriesId: "" });
        }}
        onBrush={({ x: [from, to] }) => {
          if (!Number.isFinite(from)) return;
          const [low, high] = [Math.floor(from / 1000), Math.ceil(to / 1000)];
          setFilter("started_at", { column: "started_at", low, high });
        }}
      />
    </>
  );
}

/** The time, in steps of two seconds; it stands as long as nothing runs or nobody looks. */
function useSteadyNow(isRunning: boolean): number {
  const now = Math.floor(useNow() / 2) * 2;
  const isSeen = useSlot()?.isSeen ?? true;
  const [kept, setKept] = useState(now);
  if (isRunning && isSeen && kept !== now) setKept(now);
  return kept;
}
