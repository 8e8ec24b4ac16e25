// What is said of the job that is pointed at, as lines of text: no markup is made of what targets write.
import type { TooltipComponentOption } from "echarts";

import { duration, number } from "../parts/format";
import { lossOf, type PlotInput } from "./input";
import { rowOf } from "./points";

const MOST = 12;

export function tipOf(input: PlotInput, row: number): string {
  const { table } = input;
  const loss = lossOf(table, row);
  const seconds = table.finishedAt.get(row) - table.startedAt.get(row);
  const params = input.parameters.flatMap(({ name, kind }): [string, string][] => {
    const column = input.columns.find((each) => each.id === `params.${name}`);
    const value = column?.number(row) ?? NaN;
    if (!column || kind === "constant" || Number.isNaN(value)) return [];
    return [[name, column.kind === "category" ? column.text(row) : number(value)]];
  });
  const lines: [string, string][] = [
    ["loss", number(loss)],
    ["reason", table.reason.label(row)],
    ["time", duration(seconds)],
    ["worker", table.worker.label(row)],
    ...params.slice(0, MOST),
  ];
  const shown = lines.filter(([, value]) => value !== "").map(([name, value]) => `${short(name)}  ${short(value)}`);
  const rest = params.length > MOST ? [`and ${params.length - MOST} more`] : [];
  return [`Job ${row + 1} · ${table.stateOf(row)}`, ...shown, ...rest].join("\n");
}

const short = (text: string): string => (text.length > 48 ? `${text.slice(0, 47)}…` : text);

/** The tooltip of a plot whose points are jobs. */
export function jobTip(input: PlotInput): TooltipComponentOption {
  return {
    trigger: "item",
    renderMode: "richText",
    confine: true,
    formatter: (what) => {
      const row = rowOf((Array.isArray(what) ? what[0] : what)?.value);
      return row === undefined ? "" : tipOf(input, row);
    },
  };
}

/** The tooltip of a plot that says itself what is pointed at. */
export function ownTip(say: (value: unknown, name: string) => string): TooltipComponentOption {
  return {
    trigger: "item",
    renderMode: "richText",
    confine: true,
    formatter: (what) => {
      const one = Array.isArray(what) ? what[0] : what;
      return say(one?.value, one?.seriesName ?? "");
    },
  };
}
