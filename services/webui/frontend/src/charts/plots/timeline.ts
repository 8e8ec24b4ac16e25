// Timeline: what every slot of every worker did when. Bars of a slot that are closer than a pixel are
// drawn as one; a closer look, by zooming, draws them apart again.
import type { CustomSeriesRenderItem, EChartsOption } from "echarts";

import type { JobState } from "../../api/types";
import { STATES } from "../../jobs/table";
import { counted, duration, moment } from "../../parts/format";
import type { PlotInput } from "../input";
import type { Look } from "../look";
import type { PlotData } from "../table";
import { ownTip, tipOf } from "../tip";
import { zoomsOf } from "../zoom";

const PIXELS = 1_400;
export const LANE = 16; // px
const MOST_LANES = 24; // are seen at once

/** The times that are seen, in seconds since 1970; undefined: all. */
export type Window = readonly [from: number, to: number] | undefined;

export interface Lane {
  worker: string;
  slot: number;
}

/** Bars `[from, to, lane, state, row, jobs]`; times in milliseconds, state is its place in `STATES`. */
export type TimeBar = [from: number, to: number, lane: number, state: number, row: number, jobs: number];

/** The slots that ran any job, in the order of their workers. */
export function lanesOf({ table }: PlotInput): Lane[] {
  const found = new Map<number, Lane>();
  for (let row = 0; row < table.size; row++) {
    const worker = table.worker.codes.get(row);
    if (Number.isNaN(worker)) continue;
    const slot = table.slot.get(row) || 0;
    const key = keyOf(worker, slot);
    if (!found.has(key)) found.set(key, { worker: table.worker.labels[worker] ?? "", slot });
  }
  return [...found.values()].sort(
    (a, b) => a.worker.localeCompare(b.worker, undefined, { numeric: true }) || a.slot - b.slot,
  );
}

const keyOf = (worker: number, slot: number): number => worker * 65_536 + slot;

export function timeBars(input: PlotInput, lanes: readonly Lane[], now: number, window: Window): TimeBar[] {
  const { table, rows } = input;
  const codes = new Map(table.worker.labels.map((label, code) => [label, code]));
  const laneOf = new Map(lanes.map(({ worker, slot }, lane) => [keyOf(codes.get(worker) ?? -1, slot), lane]));
  const [from, to] = window ?? spanOf(input, now);
  const pixel = (to - from) / PIXELS;
  const found: TimeBar[] = [];
  const open = new Map<number, TimeBar>();
  for (const row of rows) {
    const started = table.startedAt.get(row);
    const ended = endOf(input, row, now);
    const lane = laneOf.get(keyOf(table.worker.codes.get(row), table.slot.get(row) || 0));
    if (lane === undefined || !(ended >= from && started <= to)) continue;
    const state = table.state.codes.get(row);
    const place = lane * STATES.length + state;
    const last = open.get(place);
    if (last && ended - started < pixel && Math.abs(started * 1000 - last[1]) < pixel * 1000) {
      last[0] = Math.min(last[0], started * 1000);
      last[1] = Math.max(last[1], ended * 1000);
      last[5] += 1;
      continue;
    }
    const bar: TimeBar = [started * 1000, ended * 1000, lane, state, row, 1];
    open.set(place, bar);
    found.push(bar);
  }
  return found;
}

const endOf = ({ table }: PlotInput, row: number, now: number): number =>
  table.stateOf(row) === "running" ? Math.max(now, table.startedAt.get(row)) : table.finishedAt.get(row);

/** From the first start to the last end. */
export function spanOf(input: PlotInput, now: number): [number, number] {
  const { table } = input;
  let [from, to] = [Infinity, -Infinity];
  for (let row = 0; row < table.size; row++) {
    const started = table.startedAt.get(row);
    if (started < from) from = started;
    const ended = endOf(input, row, now);
    if (ended > to) to = ended;
  }
  return from < to ? [from, to] : [now - 60, now];
}

export const timelineHeight = (lanes: number): number => 70 + Math.max(3, Math.min(lanes, MOST_LANES)) * LANE;

const drawBar = (
  colours: readonly string[],
  ring: string,
  chosen: ReadonlySet<number>,
): CustomSeriesRenderItem => (_, api) => {
  const [left = 0, middle = 0] = api.coord([api.value(0), api.value(2)]);
  const [right = 0] = api.coord([api.value(1), api.value(2)]);
  const size = api.size?.([0, 1]);
  const height = Math.max(2, (Array.isArray(size) ? (size[1] ?? LANE) : LANE) - 3);
  const isChosen = chosen.has(Number(api.value(4)));
  return {
    type: "rect",
    shape: {
      x: left,
      y: middle - height / 2,
      width: Math.max(1.5, right - left - 0.5),
      height,
      r: right - left > 6 ? 2 : 0,
    },
    style: { fill: colours[Number(api.value(3))] ?? "", ...(isChosen && { stroke: ring, lineWidth: 2.5 }) },
    z2: isChosen ? 2 : 1,
  };
};

export function timelineOption(input: PlotInput, look: Look, now: number, window?: Window): EChartsOption {
  const lanes = lanesOf(input);
  const [from, to] = spanOf(input, now);
  const bars = timeBars(input, lanes, now, window);
  return {
    grid: [{ id: "main", left: 116, right: 16, top: 8, bottom: 34 }],
    xAxis: [{ id: "x", type: "time", min: from * 1000, max: to * 1000, splitLine: { show: true } }],
    yAxis: [
      {
        id: "y",
        type: "value",
        min: -0.5,
        max: Math.max(1, lanes.length) - 0.5,
        interval: 1,
        inverse: true,
        splitLine: { show: false },
        axisLabel: {
          customValues: lanes.map((_, lane) => lane),
          formatter: (lane: number) => nameOf(lanes[lane]),
          width: 104,
          overflow: "truncate",
        },
      },
    ],
    tooltip: ownTip((value) => sayBar(input, value as TimeBar)),
    dataZoom: zoomsOf(),
    series: [
      {
        id: "bars",
        type: "custom",
        renderItem: drawBar(STATES.map((state) => look.state[state]), look.picked, input.selected),
        encode: { x: [0, 1], y: 2 },
        data: bars,
        progressive: 0,
        progressiveThreshold: Infinity,
        clip: true,
      },
    ],
  };
}

const nameOf = (lane: Lane | undefined): string => (lane ? `${lane.worker} · ${lane.slot}` : "");

function sayBar(input: PlotInput, [from, to, , , row, jobs]: TimeBar): string {
  const times = `${moment(from / 1000)}\n${duration((to - from) / 1000)}`;
  if (jobs === 1) return `${tipOf(input, row)}\n${times}`;
  return `${counted(jobs, "job")}, from job ${row + 1} on. Zoom in to see each\n${times}`;
}

/** The row of the job whose bar was clicked on; undefined: the bar stands for several. */
export const rowOfBar = (value: unknown): number | undefined =>
  Array.isArray(value) && value[5] === 1 && typeof value[4] === "number" ? value[4] : undefined;

/** The states that are in the timeline, for its legend. */
export const statesOf = ({ table, rows }: PlotInput): JobState[] => {
  const seen = new Set<number>();
  for (const row of rows) if (!Number.isNaN(table.startedAt.get(row))) seen.add(table.state.codes.get(row));
  return STATES.filter((_, code) => seen.has(code));
};

export function timelineLabel(input: PlotInput, now: number): string {
  const [from, to] = spanOf(input, now);
  const lanes = lanesOf(input);
  if (!lanes.length) return "Timeline of the jobs. No worker has taken one yet.";
  const workers = new Set(lanes.map(({ worker }) => worker)).size;
  const where = `${counted(lanes.length, "slot")} of ${counted(workers, "worker")}`;
  return `Timeline of ${counted(input.rows.length, "job")} over ${duration(to - from)}, in ${where}.`;
}

export const timelineData = (input: PlotInput) => (): PlotData => ({
  columns: ["job", "state", "worker", "slot", "started_at", "finished_at"],
  rows: input.rows.map((row) => {
    const { table } = input;
    return [
      row + 1,
      table.stateOf(row),
      table.worker.label(row),
      table.slot.get(row),
      table.startedAt.get(row),
      table.finishedAt.get(row),
    ];
  }),
});
