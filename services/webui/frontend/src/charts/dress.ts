// How all plots look: quiet lines, the page's own font and colours. A theme of ECharts.
import type { Look } from "./look";

export function themeOf(look: Look): Record<string, unknown> {
  const text = { color: look.dimmed, fontFamily: look.font, fontSize: 11 };
  const axis = {
    axisLine: { show: true, lineStyle: { color: look.line } },
    axisTick: { show: false },
    axisLabel: { ...text, hideOverlap: true },
    nameTextStyle: text,
    splitLine: { lineStyle: { color: look.line, opacity: 0.6 } },
    minorSplitLine: { show: false },
  };
  return {
    color: look.kinds,
    backgroundColor: "transparent",
    textStyle: { fontFamily: look.font, color: look.text },
    title: { textStyle: { ...text, color: look.text, fontWeight: 600, fontSize: 12 } },
    valueAxis: axis,
    logAxis: axis,
    timeAxis: axis,
    categoryAxis: axis,
    legend: {
      textStyle: { ...text, color: look.text },
      inactiveColor: look.line,
      itemWidth: 12,
      itemHeight: 8,
      pageIconColor: look.dimmed,
      pageIconInactiveColor: look.line,
      pageTextStyle: text,
    },
    tooltip: {
      backgroundColor: look.surface,
      borderColor: look.line,
      textStyle: { color: look.text, fontFamily: look.font, fontSize: 12 },
    },
    parallel: { parallelAxisDefault: axis },
    visualMap: { textStyle: text },
  };
}
