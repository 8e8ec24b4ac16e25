import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { fakeClient } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { showAnalysis } from "../../testing/showAnalysis";
import { Curve } from "../Curve";
import { TargetGraph } from "../TargetGraph";
import { aroundOf, FakeChart, seriesOf, withLosses } from "../testing";
import { show } from "../../testing/show";
import { ContourPlot } from "./ContourPlot";
import { EdfPlot } from "./EdfPlot";
import { HistogramPlot } from "./HistogramPlot";
import { HistoryPlot } from "./HistoryPlot";
import { IntermediatePlot } from "./IntermediatePlot";
import { SlicePlot } from "./SlicePlot";
import { TargetGraphsPlot } from "./TargetGraphsPlot";
import { TimelinePlot } from "./TimelinePlot";

vi.mock("../echarts", async () => (await import("../testing")).fakeEcharts);
vi.mock("@mantine/hooks", async (original) => ({
  ...(await original<typeof import("@mantine/hooks")>()),
  useElementSize: () => ({ ref: () => undefined, width: 900, height: 300 }),
}));

const PLACE = "/trial/digits-k3x9aa/plots";
const query = () => new URLSearchParams(location.hash.split("?")[1]);

beforeEach(() => {
  FakeChart.made = [];
  Object.assign(HTMLElement.prototype, { setPointerCapture: () => undefined, hasPointerCapture: () => false });
});

async function drawn(plot: ReactNode, given: Parameters<typeof showAnalysis>[1] = {}) {
  const shown = showAnalysis(plot, { at: PLACE, ...given });
  await vi.waitFor(() => expect(FakeChart.made.at(-1)?.options.length ?? 0).toBeGreaterThan(0));
  return { ...shown, chart: FakeChart.last };
}

/** Drags a box, as a mouse does; one pixel is one unit of the axes. */
async function drag(from: [number, number], to: [number, number]) {
  const user = userEvent.setup();
  const target = aroundOf(screen.getByRole("img"));
  const at = ([clientX, clientY]: [number, number]) => ({ clientX, clientY });
  await user.pointer([
    { keys: "[MouseLeft>]", target, coords: at(from) },
    { target, coords: at(to) },
    { keys: "[/MouseLeft]", target, coords: at(to) },
  ]);
}

describe("the history", () => {
  it("picks the job that is clicked on, with Ctrl beside the others", async () => {
    const { chart } = await drawn(<HistoryPlot />);
    expect(screen.getByRole("img", { name: /Optimization history of 40 jobs\. The best loss is/ })).toBeVisible();
    act(() => chart.emit("click", { value: [7, 0.1, 6] }));
    expect(query().get("picked")).toBe("7");
    act(() => chart.emit("click", { value: [9, 0.1, 8], event: { event: { shiftKey: true } } }));
    expect(query().get("picked")).toBe("7,9");
    expect(seriesOf(chart.option, "picked0").data).toHaveLength(2);
  });

  it("filters the jobs of a box, and leaves the others out", async () => {
    const { chart } = await drawn(
      <HistoryPlot />,
      { columns: withLosses(Array.from({ length: 40 }, (_, i) => i + 1)) },
    );
    await drag([10, 5], [20, 15]);
    expect(query().get("f")).toBe("number:10..20;loss:5..15");
    expect(
      seriesOf(chart.option, "succeeded").data.map((each) => (each as number[])[0]),
    ).toEqual([10, 11, 12, 13, 14, 15]);
  });

  it("shows what the address says of the range of losses", async () => {
    const { chart } = await drawn(<HistoryPlot />, { at: `${PLACE}?loss=log` });
    expect(chart.option.yAxis).toMatchObject([{ type: "log" }]);
  });
});

describe("the distribution and the histograms", () => {
  it("filters by the loss alone", async () => {
    await drawn(<EdfPlot />);
    await drag([10, 5], [20, 150]);
    expect(query().get("f")).toBe("loss:10..20");
  });

  it("filters durations by seconds", async () => {
    await drawn(<HistogramPlot measure="seconds" />);
    expect(screen.getByRole("img", { name: /Histogram of the durations of 38 jobs/ })).toBeVisible();
    await drag([2, 5], [8, 150]);
    expect(query().get("f")).toBe("seconds:2..8");
  });
});

describe("slices", () => {
  it("has one for every parameter, the chosen one first", async () => {
    const { chart } = await drawn(<SlicePlot />, { at: `${PLACE}?x=kernel` });
    expect(
      (chart.option.xAxis as { name: string }[]).map(({ name }) => name),
    ).toEqual(["kernel", "C", "gamma", "degree"]);
  });
});

describe("the contour", () => {
  it("is over the two parameters that people choose, never the same twice", async () => {
    const { chart } = await drawn(<ContourPlot />);
    expect(chart.option).toMatchObject({ xAxis: [{ name: "C" }], yAxis: [{ name: "gamma" }] });
    await userEvent.click(screen.getByRole("combobox", { name: "Across" }));
    await userEvent.click(await screen.findByRole("option", { name: "gamma" }));
    expect(FakeChart.last.option).toMatchObject({ xAxis: [{ name: "gamma" }], yAxis: [{ name: "C" }] });
    expect([query().get("x"), query().get("y")]).toEqual(["gamma", "C"]);
  });

  it("says so where there are not two parameters", () => {
    showAnalysis(<ContourPlot />, { spec: samples.spec({ space: { C: { type: "float", low: 0, high: 1 } } }) });
    expect(screen.getByText(/It needs two parameters that change/)).toBeVisible();
  });
});

describe("the timeline", () => {
  it("names the states, picks the job of a bar, and looks closer on zooming", async () => {
    const { chart } = await drawn(<TimelinePlot />);
    expect(screen.getByText("succeeded")).toBeVisible();
    act(() => chart.emit("click", { value: [0, 1, 0, 2, 4, 1] }));
    expect(query().get("picked")).toBe("5");
    const before = chart.options.length;
    act(() => chart.emit("datazoom", { start: 10, end: 20 }));
    expect(chart.options.length).toBeGreaterThan(before);
    expect(seriesOf(chart.option, "bars").data).toEqual([]); // at the first second of 1970 nothing ran
    act(() => chart.emit("datazoom", { start: 0, end: 100 }));
    expect(seriesOf(chart.option, "bars").data.length).toBeGreaterThan(0);
  });

  it("says so as long as no job was taken", () => {
    showAnalysis(<TimelinePlot />, { columns: withLosses([null], { worker: [null] }) });
    expect(screen.getByText("No worker has taken a job yet.")).toBeVisible();
  });
});

describe("intermediate values", () => {
  const point = (step: number, loss: number) => ({ step, values: { loss, accuracy: 1 - loss }, at: step, attempt: 1 });
  const picked = { at: `${PLACE}?picked=3,4` };

  it("draws what the picked jobs reported", async () => {
    const client = fakeClient(
      { metrics: { "digits-k3x9aa.3": [point(0, 9), point(1, 4)], "digits-k3x9aa.4": [point(0, 8)] } },
    );
    const { chart } = await drawn(<IntermediatePlot />, { client, ...picked });
    expect(
      screen.getByRole("img", { name: "Intermediate loss, 2 lines: job 3 ends at 4, job 4 ends at 8." }),
    ).toBeVisible();
    act(() => chart.emit("click", { seriesId: "line1" }));
    expect(query().get("picked")).toBe("4");
  });

  it("says how to have some where there are none", async () => {
    showAnalysis(<IntermediatePlot />, picked);
    expect(await screen.findByText(/A target writes its values to metrics\.jsonl/)).toBeVisible();
  });
});

describe("graphs of targets", () => {
  const graph = { name: "roc", x_axis: "fpr", y_axis: "tpr", series: [{ label: "all", x: [0, 1], y: [0.2, 1] }] };

  it("lays those of the picked jobs over each other", async () => {
    const jobs = Object.fromEntries(
      [3, 4].map((number) => [`digits-k3x9aa.${number}`, samples.job({ number, graphs: [graph] })]),
    );
    await drawn(<TargetGraphsPlot />, { client: fakeClient({ jobs }), at: `${PLACE}?picked=3,4` });
    expect(
      await screen.findByRole("img", { name: "roc, 2 lines: job 3 all ends at 1, job 4 all ends at 1." }),
    ).toBeVisible();
  });

  it("says how to have some where there are none", async () => {
    const jobs = { "digits-k3x9aa.3": samples.job({ number: 3, graphs: [] }) };
    showAnalysis(<TargetGraphsPlot />, { client: fakeClient({ jobs }), at: `${PLACE}?picked=3` });
    expect(await screen.findByText(/A target writes its own to graphs\.json/)).toBeVisible();
  });

  it("draws one of a job, and a curve", async () => {
    show(<TargetGraph graph={graph} />);
    expect(await screen.findByRole("img", { name: "roc, one line: all ends at 1." })).toBeVisible();
    show(<Curve name="loss" points={[{ x: 0, y: 3 }, { x: 1, y: 2 }]} />);
    expect(await screen.findByRole("img", { name: "loss, one line: loss ends at 2." })).toBeVisible();
  });
});
