// Dragging a box over a plot: an area of the grid in which it began. A finger scrolls the page instead.
import type { EChartsType } from "echarts/core";
import { useState, type PointerEvent } from "react";

import type { Area } from "./zoom";

const LEAST = 5; // px; less is a click, or of one axis: all of it

interface Box {
  grid: number;
  from: readonly [number, number];
  to: readonly [number, number];
}

export interface BoxHandlers {
  onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  onPointerUp: (event: PointerEvent<HTMLElement>) => void;
  onPointerCancel: () => void;
}

/** The box as it is drawn now, in pixels, and what the place of the plot must listen to. */
export function useBox(chart: EChartsType | null, grids: number, done: (area: Area) => void) {
  const [box, setBox] = useState<Box | null>(null);
  const handlers: BoxHandlers = {
    onPointerDown: (event) => {
      if (!chart || event.button !== 0 || event.shiftKey || event.pointerType === "touch") return;
      const at = placeOf(event);
      const grid = gridAt(chart, grids, at);
      if (grid >= 0) setBox({ grid, from: at, to: at });
    },
    onPointerMove: (event) => {
      if (!box) return;
      const to = placeOf(event);
      if (isDrawn({ ...box, to }) && !event.currentTarget.hasPointerCapture(event.pointerId))
        event.currentTarget.setPointerCapture(event.pointerId);
      setBox({ ...box, to });
    },
    onPointerUp: (event) => {
      if (!box || !chart) return;
      setBox(null);
      const drawn = { ...box, to: placeOf(event) };
      if (isDrawn(drawn)) done(areaOf(chart, drawn));
    },
    onPointerCancel: () => setBox(null),
  };
  return { rectangle: box && isDrawn(box) ? rectangleOf(box) : null, handlers };
}

function placeOf(event: PointerEvent<HTMLElement>): [number, number] {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

function gridAt(chart: EChartsType, grids: number, at: [number, number]): number {
  for (let grid = 0; grid < grids; grid++) if (chart.containPixel({ gridIndex: grid }, at)) return grid;
  return -1;
}

const isAlong = ({ from, to }: Box, axis: 0 | 1): boolean => Math.abs(to[axis] - from[axis]) >= LEAST;

const isDrawn = (box: Box): boolean => isAlong(box, 0) || isAlong(box, 1);

function rectangleOf({ from, to }: Box) {
  return {
    left: Math.min(from[0], to[0]),
    top: Math.min(from[1], to[1]),
    width: Math.abs(to[0] - from[0]),
    height: Math.abs(to[1] - from[1]),
  };
}

function areaOf(chart: EChartsType, box: Box): Area {
  const { grid, from, to } = box;
  const [one, other] = [from, to].map((each) => chart.convertFromPixel({ gridIndex: grid }, [...each]));
  const range = (axis: 0 | 1): [number, number] => {
    if (!isAlong(box, axis)) return [-Infinity, Infinity];
    const [a, b] = [one?.[axis] ?? 0, other?.[axis] ?? 0];
    return a < b ? [a, b] : [b, a];
  };
  return { grid, x: range(0), y: range(1) };
}
