// Best-so-far curves of several trials in one plot, by the number of the job or by the time since the first.
import type { EChartsOption } from "echarts";

import { distribution } from "../../charts/plots/edf";
import type { Look } from "../../charts/look";
import type { PlotData } from "../../charts/table";
import { ownTip } from "../../charts/tip";
import { zoomsOf } from "../../charts/zoom";
import type { Trial } from "../../api/types";
import { duration, number } from "../../parts/format";
import { namesOf } from "./names";

export type Along = "job" | "time";

export interface CurveInput {
  trials: readonly Trial[];
  along: Along;
  isLog: boolean;
}

/** Corners `[job or seconds, loss]` of a trial's curve, drawn on to the last that was heard of it. */
export function cornersOf(trial: Trial, along: Along): [number, number][] {
  const began = trial.started_at ?? trial.submitted_at;
  const corners = trial.improvements.map(({ number: job, loss, at }): [number, number] => [
    along === "job" ? job : Math.max(0, at - began),
    loss,
  ]);
  const last = corners.at(-1);
  const end = along === "job" ? trial.jobs.proposed : (trial.finished_at ?? trial.updated_at) - began;
  if (last && end > last[0]) corners.push([end, last[1]]);
  return corners;
}

/** Whether all losses can stand on a log axis: early ones often press the rest onto one line. */
export const canLog = (trials: readonly Trial[]): boolean =>
  trials.every((trial) => trial.improvements.every(({ loss }) => loss > 0));

const base = (look: Look, names: readonly string[]): EChartsOption => ({
  color: [...look.kinds],
  grid: [{ id: "main", left: 62, right: 20, top: 34, bottom: 40 }],
  legend: { type: "scroll", top: 0, data: [...names] },
  dataZoom: zoomsOf(),
});

const line = { type: "line" as const, symbol: "circle", symbolSize: 5, clip: true };

export function curvesOption({ trials, along, isLog }: CurveInput, look: Look): EChartsOption {
  const names = namesOf(trials);
  return {
    ...base(look, names),
    xAxis: [
      {
        id: "x",
        type: "value",
        name: along === "job" ? "job" : "since the first job",
        nameLocation: "middle",
        nameGap: 24,
        min: 0,
        ...(along === "time" && { axisLabel: { formatter: (value: number) => duration(value) } }),
      },
    ],
    yAxis: [
      {
        id: "y",
        type: isLog ? "log" : "value",
        scale: true,
        ...(isLog && logRange(trials)),
        name: "best loss",
        nameLocation: "middle",
        nameGap: 46,
        axisLabel: { formatter: (value: number) => number(value, 3) },
      },
    ],
    tooltip: ownTip((value, name) => {
      const [at, loss] = value as [number, number];
      return `${name}\nbest ${number(loss)} ${along === "job" ? `at job ${at}` : `after ${duration(at)}`}`;
    }),
    series: trials.map((trial, at) => ({
      ...line,
      id: trial.trial_id,
      name: names[at] ?? "",
      step: "end" as const,
      showSymbol: trial.improvements.length < 60,
      data: cornersOf(trial, along),
      lineStyle: { width: 2 },
    })),
  };
}

/** Without ends a log axis goes from one power of ten to another, most of it empty. */
function logRange(trials: readonly Trial[]): { min?: number; max?: number } {
  const losses = trials.flatMap((trial) => trial.improvements.map(({ loss }) => loss));
  return losses.length ? { min: Math.min(...losses) / 1.08, max: Math.max(...losses) * 1.08 } : {};
}

export function curvesLabel({ trials }: CurveInput): string {
  const names = namesOf(trials);
  const each = trials.map(({ best, jobs }, at) => {
    const words = best ? `${number(best.loss)} after ${jobs.proposed} jobs` : "no loss yet";
    return `${names[at] ?? ""}: ${words}`;
  });
  return `Best loss so far of each trial. ${each.join("; ")}.`;
}

export const curvesData = ({ trials }: CurveInput) => (): PlotData => ({
  columns: ["trial", "job", "seconds", "loss"],
  rows: trials.flatMap((trial) => {
    const times = cornersOf(trial, "time");
    return cornersOf(trial, "job").map(([job, loss], at) => [trial.trial_id, job, times[at]?.[0], loss]);
  }),
});

/** The share of each trial's jobs that is at least as good as a loss. `ranked`: by trial, the best first. */
export function sharesOption(trials: readonly Trial[], ranked: readonly Float64Array[], look: Look): EChartsOption {
  const names = namesOf(trials);
  const isMaximized = trials[0]?.objective === "maximize";
  return {
    ...base(look, names),
    xAxis: [
      {
        id: "x",
        type: "value",
        scale: true,
        inverse: isMaximized,
        name: "loss",
        nameLocation: "middle",
        nameGap: 24,
        ...usualRange(ranked, isMaximized),
        axisLabel: { formatter: (value: number) => number(value, 3), showMinLabel: false, showMaxLabel: false },
      },
    ],
    yAxis: [
      {
        id: "y",
        type: "value",
        min: 0,
        max: 1,
        axisLabel: { formatter: (value: number) => `${Math.round(100 * value)}%` },
      },
    ],
    tooltip: ownTip((value, name) => {
      const [loss, share] = value as [number, number];
      return `${name}\n${(100 * share).toFixed(1)}% are at least as good as ${number(loss)}`;
    }),
    series: trials.map((trial, at) => ({
      ...line,
      id: trial.trial_id,
      name: names[at] ?? "",
      step: "end" as const,
      showSymbol: false,
      data: distribution(ranked[at] ?? new Float64Array()),
      lineStyle: { width: 2 },
    })),
  };
}

/** From the best loss of all to somewhat beyond what nine of ten jobs reach, in every trial. */
function usualRange(ranked: readonly Float64Array[], isMaximized: boolean): { min?: number; max?: number } {
  const some = ranked.filter((each) => each.length);
  if (!some.length) return {};
  const at = (losses: Float64Array, share: number) => losses[Math.floor(share * (losses.length - 1))] ?? NaN;
  const sign = isMaximized ? -1 : 1;
  const best = Math.min(...some.map((each) => sign * at(each, 0)));
  const worst = Math.max(...some.map((each) => sign * at(each, 1)));
  const usual = Math.max(...some.map((each) => sign * at(each, 0.9)));
  const far = Math.min(worst, usual + 0.3 * (usual - best));
  if (!(far > best)) return {};
  const room = 0.02 * (far - best);
  return isMaximized ? { min: -far - room, max: -best + room } : { min: best - room, max: far + room };
}

export function sharesLabel(trials: readonly Trial[], ranked: readonly Float64Array[]): string {
  const names = namesOf(trials);
  const each = ranked.map((losses, at) =>
    losses.length
      ? `${names[at] ?? ""}: half are at least as good as ${number(losses[(losses.length - 1) >> 1])}`
      : `${names[at] ?? ""}: no loss yet`,
  );
  return `Distribution of the losses of each trial. ${each.join("; ")}.`;
}

export const sharesData = (trials: readonly Trial[], ranked: readonly Float64Array[]) => (): PlotData => ({
  columns: ["trial", "loss", "share"],
  rows: trials.flatMap((trial, at) => {
    const losses = ranked[at] ?? new Float64Array();
    return Array.from(losses, (loss, i) => [trial.trial_id, loss, (i + 1) / losses.length]);
  }),
});
