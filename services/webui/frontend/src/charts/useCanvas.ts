// The life of one ECharts canvas: made once its code is there, as large as its place, gone with it.
import type { EChartsOption } from "echarts";
import type { EChartsType } from "echarts/core";
import { useEffect, useEffectEvent, useState, type RefObject } from "react";

import { themeOf } from "./dress";
import type { Look } from "./look";

/** What an option no longer names goes away; what it names by the same id is kept, and so its zoom. */
const REPLACED = ["series", "grid", "xAxis", "yAxis", "dataZoom"];

/** A click, a zoom and so on, as ECharts tells of it. */
export type Handler = (what: unknown, chart: EChartsType) => void;

interface Drawn {
  option: EChartsOption;
  look: Look;
  events: Readonly<Record<string, Handler | undefined>>;
}

export function useCanvas(host: RefObject<HTMLDivElement | null>, { option, look, events }: Drawn): EChartsType | null {
  const [chart, setChart] = useState<EChartsType | null>(null);
  const [error, setError] = useState<unknown>();
  const begin = useEffectEvent(() => themeOf(look));
  if (error !== undefined) throw error instanceof Error ? error : new Error("the code of the plots did not come");

  useEffect(() => {
    let made: EChartsType | undefined;
    let isGone = false;
    const observer = new ResizeObserver(() => made?.resize());
    const make = ({ init }: typeof import("./echarts")) => {
      if (isGone || !host.current) return;
      made = init(host.current, begin());
      observer.observe(host.current);
      setChart(made);
    };
    import("./echarts").then(make).catch((reason: unknown) => setError(reason ?? new Error()));
    return () => {
      isGone = true;
      observer.disconnect();
      made?.dispose();
      setChart(null);
    };
  }, [host]);

  useEffect(() => {
    chart?.setTheme(themeOf(look));
  }, [chart, look]);

  useEffect(() => {
    chart?.setOption({ animation: false, ...option }, { replaceMerge: REPLACED, lazyUpdate: true });
  }, [chart, option]);

  const tell = useEffectEvent((name: string, what: unknown) => chart && events[name]?.(what, chart));
  const names = Object.keys(events).sort().join(",");
  useEffect(() => {
    if (!chart || !names) return undefined;
    const handlers = names.split(",").map((name) => [name, (what: unknown) => void tell(name, what)] as const);
    for (const [name, handler] of handlers) chart.on(name, handler);
    return () => {
      if (!chart.isDisposed()) for (const [name, handler] of handlers) chart.off(name, handler);
    };
  }, [chart, names]);
  return chart;
}
