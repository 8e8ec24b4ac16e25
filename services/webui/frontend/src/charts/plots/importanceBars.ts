// The importance of the parameters as bars, the longest first.
import type { EChartsOption } from "echarts";

import { counted, number } from "../../parts/format";
import type { Look } from "../look";
import type { PlotData } from "../table";
import { ownTip } from "../tip";
import type { Found, Importance } from "./importance";

const LEAST_BAR = 24; // px, with the gap to the next one
const MOST_BAR = 38;
const AROUND = 14; // px, above and below all bars

export type Known = Extract<Found, { kind: "found" }>;

/** How many bars there is room for. */
export const barsWithin = (height: number): number => Math.max(1, Math.floor((height - AROUND) / LEAST_BAR));

/** Few bars do not fill the height. */
export const barsHeight = (bars: number, height: number): number =>
  bars * Math.min(MOST_BAR, Math.max(LEAST_BAR, (height - AROUND) / bars)) + AROUND;

export function importanceOption(shown: readonly Importance[], look: Look, chosen: string | null): EChartsOption {
  return {
    grid: [{ id: "main", left: 118, right: 52, top: AROUND / 2, bottom: AROUND / 2 }],
    xAxis: [{ id: "x", type: "value", min: 0, max: Math.max(...shown.map(({ share }) => share), 0.01), show: false }],
    yAxis: [
      {
        id: "y",
        type: "category",
        inverse: true,
        data: shown.map(({ parameter }) => parameter.name),
        axisLine: { show: false },
        axisLabel: { width: 106, overflow: "truncate", interval: 0, hideOverlap: false, color: look.text },
      },
    ],
    tooltip: ownTip((value) => {
      const one = shown[placeOf(value) ?? -1];
      return one ? `${one.parameter.name}\nshare  ${percent(one.share)}\ndivergence  ${number(one.value, 3)}` : "";
    }),
    series: [
      {
        id: "importance",
        type: "bar",
        barWidth: "56%",
        encode: { x: 0, y: 1 },
        data: shown.map(({ share, parameter }, place) => ({
          value: [share, place],
          itemStyle: { color: parameter.name === chosen ? look.accent : look.point, borderRadius: [0, 3, 3, 0] },
          label: { formatter: percent(share) },
        })),
        barMinHeight: 1,
        label: { show: true, position: "right", color: look.text, fontSize: 11 },
      },
    ],
  };
}

/** The place of the bar that was clicked on. */
export const placeOf = (value: unknown): number | undefined =>
  Array.isArray(value) && typeof value[1] === "number" ? value[1] : undefined;

/** `0 %`, `< 0.1 %`, `4.2 %`, `87 %`. */
export function percent(share: number): string {
  const hundredths = share * 100;
  if (hundredths === 0) return "0 %";
  if (hundredths < 0.1) return "< 0.1 %";
  return `${hundredths < 9.95 ? hundredths.toFixed(1) : hundredths.toFixed(0)} %`;
}

export function importanceLabel({ all, jobs }: Known): string {
  const most = all.slice(0, 3).filter(({ share }) => share > 0);
  const of = `Importance of ${counted(all.length, "parameter")} in ${counted(jobs, "job")}.`;
  if (!most.length) return `${of} None of them stands out.`;
  return `${of} Most: ${most.map(({ parameter, share }) => `${parameter.name} ${percent(share)}`).join(", ")}.`;
}

/** What the numbers come from, and what is not drawn. */
export function importanceNote({ all, jobs, best }: Known, shown: number): string {
  const of = `How the best ${counted(best, "job")} of ${jobs.toLocaleString("en")} differ from all.`;
  if (!all.some(({ share }) => share > 0)) return `${of} No parameter stands out yet.`;
  const rest = all.slice(shown);
  if (!rest.length) return of;
  const share = rest.reduce((sum, each) => sum + each.share, 0);
  return `${of} ${counted(rest.length, "more parameter")} together ${percent(share)}.`;
}

export const importanceData = ({ all }: Known) => (): PlotData => ({
  columns: ["parameter", "share", "divergence"],
  rows: all.map(({ parameter, share, value }) => [parameter.name, share, value]),
});
