// One curve: of what a job reports while it runs.
import { useMemo } from "react";

import { Chart } from "./Chart";
import { useLook } from "./look";
import { linesData, linesLabel, linesOption } from "./plots/lines";

interface Given {
  name: string;
  points: readonly { x: number; y: number }[];
  height?: number;
}

export function Curve({ name, points, height = 220 }: Given) {
  const look = useLook();
  const lines = useMemo(
    () => ({
      x: "step",
      y: name,
      lines: [{ name, points: points.map(({ x, y }) => [x, y] as const), isStrong: true }],
    }),
    [name, points],
  );
  const option = useMemo(() => linesOption(lines, look), [lines, look]);
  return <Chart option={option} height={height} name={name} label={linesLabel(name, lines)} data={linesData(lines)} />;
}
