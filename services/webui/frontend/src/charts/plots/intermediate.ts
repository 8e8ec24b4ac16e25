// The curves of what jobs reported while they ran: one a job, the last attempt where there were several.
import type { MetricPage } from "../../api/types";
import { bestOf, type PlotInput } from "../input";
import type { Line, Lines } from "./lines";

export interface Reported {
  row: number;
  points: readonly MetricPage["items"][number][];
}

export interface JobLine extends Line {
  row: number;
}

export interface JobLines extends Lines {
  lines: readonly JobLine[];
}

/** The names of all values; the loss is the first. */
export function namesOf(reported: readonly Reported[]): string[] {
  const names = new Set<string>();
  for (const { points } of reported)
    for (const { values } of points) for (const name of Object.keys(values)) names.add(name);
  return [...names].sort((a, b) => Number(b === "loss") - Number(a === "loss") || a.localeCompare(b));
}

export function metricLines(input: PlotInput, reported: readonly Reported[], metric: string): JobLines {
  const best = bestOf(input, reported.map(({ row }) => row));
  return {
    x: "step",
    y: metric,
    lines: reported.flatMap(({ row, points }) => {
      const attempt = Math.max(...points.map((each) => each.attempt));
      const curve = points.flatMap((each): [number, number][] => {
        const value = each.attempt === attempt ? each.values[metric] : undefined;
        return value === undefined ? [] : [[each.step, value]];
      });
      if (!curve.length) return [];
      const state = input.table.stateOf(row);
      return [{
        row,
        name: `job ${row + 1}${state === "succeeded" ? "" : ` (${state})`}`,
        points: curve,
        isStrong: row === best,
        isDashed: state === "pruned",
      }];
    }),
  };
}

/** The row of the job whose line was clicked on. */
export const jobOfLine = ({ lines }: { lines: readonly JobLine[] }, seriesId: string): number | undefined =>
  lines[Number(seriesId.replace("line", ""))]?.row;
