// Shows `parallel.ts`: a brush on an axis filters the jobs, a click on a line picks its job.
import { Group, Text } from "@mantine/core";
import { useMemo, useState } from "react";

import { useAnalysis } from "../../pages/trial/analysis";
import { useQueryState } from "../../shell/location";
import { Chart } from "../Chart";
import { Nothing } from "../Controls";
import { brushed } from "../input";
import { useLook } from "../look";
import { useLossView } from "../useLossView";
import { usePick, usePlotInput } from "../usePlot";
import { drawnOf, parallelData, parallelLabel, parallelNote, parallelOption } from "./parallel";
import { axesOf, choosable, chosenAxes, writeAxes } from "./parallelAxes";
import { ParallelAxisList } from "./ParallelAxisList";
import { brushOfFilter, filterOfBrush, isOutside, type Stroke } from "./parallelBrush";
import { ParallelBrushes } from "./ParallelBrushes";
import classes from "./ParallelPlot.module.css";

const LEAST = 84; // px of an axis; below it labels cover each other

export function ParallelPlot({ height = 340 }: { height?: number }) {
  const input = usePlotInput();
  const look = useLook();
  const pick = usePick();
  const { filters, setFilters } = useAnalysis();
  const [loss] = useLossView();
  const [query, change] = useQueryState();
  const asked = query.get("axes");
  const lines = useMemo(() => drawnOf(input), [input]);
  const all = useMemo(() => choosable(input), [input]);
  const axes = useMemo(
    () => axesOf(input, chosenAxes(input, asked), loss, [...lines.rows, ...input.selected]),
    [input, asked, loss, lines],
  );
  const [stroke, setStroke] = useState<Stroke | null>(null);
  const option = useMemo(
    () => parallelOption(input, look, axes, lines, isOutside(axes, stroke)),
    [input, look, axes, lines, stroke],
  );
  const brushes = axes.map((axis) => brushOfFilter(axis, filters));
  const ids = axes.map(({ id }) => id);
  if (ids.length < 2) return <Nothing>It needs a parameter that changes. This search space has none.</Nothing>;
  return (
    <>
      <div className={classes["note"]}>
        <Text size="xs" c="dimmed" className="numbers">
          {parallelNote(lines)} {brushes.some(({ length }) => length) && "Click on a brush to take it away."}
        </Text>
        <Group gap="sm" wrap="nowrap">
          <Group gap={6} wrap="nowrap">
            <Text size="xs">best</Text>
            <span className={classes["scale"]} aria-hidden />
            <Text size="xs">worst</Text>
          </Group>
          <ParallelAxisList ids={ids} all={all} choose={(next) => change({ axes: next && writeAxes(next) })} />
        </Group>
      </div>
      <div className={classes["wide"]} tabIndex={0} role="group" aria-label="Axes side by side">
        <div style={{ minWidth: ids.length * LEAST }}>
          <Chart
            // The axes are not to be told apart by their places: others are another canvas.
            key={writeAxes(ids)}
            option={option}
            height={height}
            name="parallel"
            label={parallelLabel(input, axes, lines)}
            data={parallelData(input, axes)}
            onClick={pick}
            over={
              <ParallelBrushes
                axes={axes}
                brushes={brushes}
                stroke={stroke}
                draw={setStroke}
                finish={(axis, interval) => {
                  const filter = interval && filterOfBrush(axis, interval);
                  setFilters(brushed(filters, [axis.id], filter ? [filter] : []));
                }}
              />
            }
          />
        </div>
      </div>
    </>
  );
}
