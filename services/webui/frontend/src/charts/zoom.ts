// Zooming: every grid of a plot has a zoom of either axis, in this order, so a box knows which are its.
import type { EChartsOption } from "echarts";
import type { EChartsType } from "echarts/core";

type Zooms = Extract<EChartsOption["dataZoom"], unknown[]>;

/** The zooms of so many grids, each with one pair of axes: Ctrl and the wheel zoom, Shift and dragging move. */
export function zoomsOf(grids = 1): Zooms {
  const common = {
    type: "inside",
    filterMode: "none",
    zoomOnMouseWheel: "ctrl",
    moveOnMouseMove: "shift",
    moveOnMouseWheel: false,
    preventDefaultMouseMove: false,
    throttle: 50,
  } as const;
  return Array.from({ length: grids }, (_, grid) => [
    { ...common, id: `x${grid}`, xAxisIndex: grid },
    { ...common, id: `y${grid}`, yAxisIndex: grid },
  ]).flat();
}

/** An area of a grid, in the values of its axes; infinite: all of the axis. */
export interface Area {
  grid: number;
  x: readonly [number, number];
  y: readonly [number, number];
}

export function zoomInto(chart: EChartsType, { grid, x, y }: Area): void {
  const part = (dataZoomId: string, [startValue, endValue]: readonly [number, number]) =>
    Number.isFinite(startValue) ? [{ dataZoomId, startValue, endValue }] : [];
  chart.dispatchAction({ type: "dataZoom", batch: [...part(`x${grid}`, x), ...part(`y${grid}`, y)] });
}

export function zoomOut(chart: EChartsType, grids: number): void {
  const batch = Array.from({ length: grids }, (_, grid) =>
    [`x${grid}`, `y${grid}`].map((dataZoomId) => ({ dataZoomId, start: 0, end: 100 })),
  ).flat();
  chart.dispatchAction({ type: "dataZoom", batch });
}

interface Told {
  start?: number;
  end?: number;
  batch?: Told[];
}

/** Whether a `datazoom` event says that only a part is seen. */
export function isPart(event: unknown): boolean {
  const { batch, start, end } = event as Told;
  return batch ? batch.some(isPart) : !(start !== undefined && start <= 0 && end !== undefined && end >= 100);
}

export const gridsOf = (option: EChartsOption): number =>
  Array.isArray(option.dataZoom) ? option.dataZoom.length / 2 : 0;
