// A plot: the canvas and what every plot can do. The option says what is drawn; see `plots/`.
import { FocusTrap } from "@mantine/core";
import type { EChartsOption } from "echarts";
import type { EChartsType } from "echarts/core";
import { useMemo, useRef, useState, type ReactNode } from "react";
import { createPortal } from "react-dom";

import { saveAs } from "../parts/useDownload";
import classes from "./Chart.module.css";
import { useLook } from "./look";
import { PlotBoundary } from "./PlotBoundary";
import { useSlot } from "./slot";
import { csvOf, type PlotData } from "./table";
import { Tools, type Dragging } from "./Tools";
import { useBox } from "./useBox";
import { useCanvas, type Handler } from "./useCanvas";
import { gridsOf, isPart, zoomInto, zoomOut, type Area } from "./zoom";

/** What was clicked on, and whether it was with Shift or Ctrl: to add it to what is picked. */
export interface Click {
  value: unknown;
  seriesId: string;
  adds: boolean;
}

interface Drawn {
  option: EChartsOption;
  height: number;
  /** A sentence that says what is seen, with the numbers that count: for those who do not see it. */
  label: string;
  /** Of the files that are saved. */
  name: string;
  data?: (() => PlotData) | undefined;
  onClick?: ((click: Click) => void) | undefined;
  /** A box was dragged; needs `zoomsOf` in the option. */
  onBrush?: ((area: Area) => void) | undefined;
  /** Other events of ECharts by their names. */
  events?: Readonly<Record<string, Handler>>;
  /** What lies on the canvas, in a place of the same size. */
  over?: ReactNode;
}

export function Chart(drawn: Drawn) {
  return (
    <PlotBoundary height={drawn.height}>
      <Canvas {...drawn} />
    </PlotBoundary>
  );
}

function Canvas({ option, height, label, name, data, onClick, onBrush, events, over }: Drawn) {
  const host = useRef<HTMLDivElement>(null);
  const look = useLook();
  const slot = useSlot();
  const [isZoomed, setZoomed] = useState(false);
  const [isLarge, setLarge] = useState(false);
  const [dragging, setDragging] = useState<Dragging>("filter");
  const grids = gridsOf(option);
  const handlers = useMemo(
    (): Record<string, Handler> => ({
      ...events,
      ...(onClick && { click: (what) => onClick(clickOf(what)) }),
      datazoom: (what, chart) => {
        setZoomed(isPart(what));
        events?.["datazoom"]?.(what, chart);
      },
    }),
    [events, onClick],
  );
  const chart = useCanvas(host, { option, look, events: handlers });
  const isFiltering = onBrush !== undefined && dragging === "filter";
  const box = useBox(chart, grids, (area) => {
    if (isFiltering) onBrush(area);
    else if (chart) zoomInto(chart, area);
  });
  const tools = (
    <Tools
      name={name}
      dragging={onBrush && dragging}
      setDragging={setDragging}
      isZoomed={isZoomed}
      zoomOut={() => chart && zoomOut(chart, grids)}
      isLarge={isLarge}
      setLarge={setLarge}
      savePicture={() => chart && savePicture(chart, name, look.surface)}
      saveData={data && (() => saveAs(`${name}.csv`, new Blob([csvOf(data())], { type: "text/csv" })))}
    />
  );
  return (
    <FocusTrap active={isLarge}>
      <figure
        className={classes["chart"]}
        data-large={isLarge || undefined}
        onKeyDown={(event) => isLarge && event.key === "Escape" && setLarge(false)}
      >
        {slot && !isLarge ? (
          slot.tools && createPortal(tools, slot.tools)
        ) : (
          <div className={classes["tools"]}>
            {isLarge && <figcaption>{label}</figcaption>}
            {tools}
          </div>
        )}
        <div className={classes["place"]} style={isLarge ? undefined : { height }} {...box.handlers}>
          <div ref={host} className={classes["canvas"]} role="img" aria-label={label} />
          {chart ? over : <div className={classes["waiting"]} />}
          {box.rectangle && <div className={classes["box"]} style={box.rectangle} />}
        </div>
      </figure>
    </FocusTrap>
  );
}

interface Clicked {
  value?: unknown;
  seriesId?: string;
  event?: { event?: { shiftKey?: boolean; ctrlKey?: boolean; metaKey?: boolean } };
}

function clickOf(what: unknown): Click {
  const { value, seriesId = "", event } = what as Clicked;
  const keys = event?.event;
  return { value, seriesId, adds: [keys?.shiftKey, keys?.ctrlKey, keys?.metaKey].includes(true) };
}

function savePicture(chart: EChartsType, name: string, backgroundColor: string): void {
  const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor });
  canvas.toBlob((picture) => picture && saveAs(`${name}.png`, picture), "image/png");
}
