// Shows `contour.ts` of two parameters that people choose.
import { useMemo } from "react";

import { number } from "../../parts/format";
import { useQueryState } from "../../shell/location";
import { Chart } from "../Chart";
import { Choose, Controls, Nothing } from "../Controls";
import { searched } from "../input";
import { Legend } from "../Legend";
import { useLook, type Look } from "../look";
import { useBrush, usePick, usePlotInput } from "../usePlot";
import { contourData, contourLabel, contourOption, contourScales, groundOf } from "./contour";

export function ContourPlot({ height = 360 }: { height?: number }) {
  const input = usePlotInput();
  const look = useLook();
  const pick = usePick();
  const brush = useBrush();
  const [query, change] = useQueryState();
  const all = useMemo(() => searched(input), [input]);
  const [x, y] = axesOf(all, query.get("x"), query.get("y"));
  const view = useMemo(() => x && y && { x, y }, [x, y]);
  const ground = useMemo(() => view && groundOf(input, look, view), [input, look, view]);
  const option = useMemo(() => view && contourOption(input, look, view, ground), [input, look, view, ground]);
  if (!view || !ground || !option)
    return <Nothing>It needs two parameters that change. This search space has fewer.</Nothing>;
  const names = all.map(({ name }) => name);
  return (
    <>
      <Controls>
        <Choose
          label="Across"
          value={view.x.name}
          options={names}
          choose={(name) => change({ x: name, y: name === view.y.name ? view.x.name : view.y.name })}
        />
        <Choose
          label="Up"
          value={view.y.name}
          options={names}
          choose={(name) => change({ y: name, x: name === view.x.name ? view.y.name : view.x.name })}
        />
      </Controls>
      <Legend items={legendOf(ground.levels, look, input.objective === "maximize")} />
      <Chart
        option={option}
        height={height}
        name={`contour ${view.x.name} ${view.y.name}`}
        label={contourLabel(input, view)}
        data={contourData(input, view)}
        onClick={pick}
        onBrush={(area) => {
          const scales = contourScales(input, view);
          brush([
            [scales.x, area.x],
            [scales.y, area.y],
          ]);
        }}
      />
    </>
  );
}

/** The two that are asked for, or the first ones; never the same twice. */
function axesOf<T extends { name: string }>(
  all: readonly T[],
  first: string | null,
  second: string | null,
): [T | undefined, T | undefined] {
  const x = all.find(({ name }) => name === first) ?? all.find(({ name }) => name !== second);
  const others = all.filter((each) => each !== x);
  return [x, others.find(({ name }) => name === second) ?? others[0]];
}

function legendOf(levels: readonly number[], { scale }: Look, isTurned: boolean) {
  const colours = isTurned ? [...scale].reverse() : scale;
  return [...levels, Infinity].map((level, i) => ({
    color: colours[i] ?? "",
    label: level === Infinity ? `above ${number(levels.at(-1), 3)}` : `to ${number(level, 3)}`,
  })).filter(() => levels.length > 0);
}
