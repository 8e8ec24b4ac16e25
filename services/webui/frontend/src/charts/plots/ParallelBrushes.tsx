// The brushes of parallel coordinates: a strip on every axis, over the canvas. Dragging along it keeps a
// part of the axis, a click takes that away. A finger scrolls the page instead.
import { useRef, type CSSProperties, type PointerEvent } from "react";

import { MARGINS } from "./parallel";
import { lowest, type Axis } from "./parallelAxes";
import { strokeFrom, type Interval, type Stroke } from "./parallelBrush";
import classes from "./ParallelPlot.module.css";

const LEAST = 4; // px; less is a click
const EDGE = 5; // px around the end of a brush that move it alone

interface Given {
  axes: readonly Axis[];
  /** Of each axis those of its filter. */
  brushes: readonly (readonly Interval[])[];
  stroke: Stroke | null;
  draw: (stroke: Stroke | null) => void;
  /** Null: the brush is taken away. */
  finish: (axis: Axis, interval: Interval | null) => void;
}

interface Drag {
  from: number;
  interval: (to: number) => Interval;
}

export function ParallelBrushes({ axes, brushes, stroke, draw, finish }: Given) {
  return axes.map((axis, place) => {
    const drawn = stroke?.axis === axis.id ? [stroke.interval] : (brushes[place] ?? []);
    return (
      <Strip
        key={axis.id}
        axis={axis}
        place={axes.length > 1 ? place / (axes.length - 1) : 0}
        brushes={drawn}
        draw={(interval) => draw(interval && { axis: axis.id, interval })}
        finish={(interval) => finish(axis, interval)}
      />
    );
  });
}

interface Strip {
  axis: Axis;
  /** Among the axes, from 0 to 1. */
  place: number;
  brushes: readonly Interval[];
  draw: (interval: Interval | null) => void;
  finish: (interval: Interval | null) => void;
}

function Strip({ axis, place, brushes, draw, finish }: Strip) {
  const drag = useRef<Drag>(undefined);
  const low = lowest(axis);
  const placeAt = (event: PointerEvent<HTMLElement>): [place: number, pixel: number] => {
    const { bottom, height } = event.currentTarget.getBoundingClientRect();
    const pixel = (1 - low) / (height || 1);
    return [low + (bottom - event.clientY) * pixel, pixel];
  };
  return (
    <div
      className={classes["strip"]}
      data-axis={axis.scale.name}
      style={{ ...EXTENT, left: `calc(${MARGINS.left}px + (100% - ${MARGINS.left + MARGINS.right}px) * ${place})` }}
      onPointerDown={(event) => {
        if (event.button !== 0 || event.pointerType === "touch") return;
        const [at, pixel] = placeAt(event);
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { from: event.clientY, interval: strokeFrom(at, brushes, EDGE * pixel) };
      }}
      onPointerMove={(event) => {
        if (drag.current && Math.abs(event.clientY - drag.current.from) >= LEAST) draw(drag.current.interval(placeAt(event)[0]));
      }}
      onPointerUp={(event) => {
        if (!drag.current) return;
        const { from, interval } = drag.current;
        const isClick = Math.abs(event.clientY - from) < LEAST;
        drag.current = undefined;
        draw(null);
        if (!isClick) finish(interval(placeAt(event)[0]));
        else if (brushes.length) finish(null);
      }}
      onPointerCancel={() => {
        drag.current = undefined;
        draw(null);
      }}
    >
      {brushes.map(([from, to], i) => (
        <div key={i} className={classes["brush"]} style={spanOf(low, from, to)} />
      ))}
    </div>
  );
}

const EXTENT = { top: MARGINS.top, bottom: MARGINS.bottom };

function spanOf(low: number, from: number, to: number): CSSProperties {
  const share = (place: number) => Math.min(1, Math.max(0, (place - low) / (1 - low)));
  return { bottom: `${share(from) * 100}%`, height: `${(share(to) - share(from)) * 100}%` };
}
