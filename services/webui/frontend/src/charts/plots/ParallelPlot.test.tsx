import { act, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { showAnalysis } from "../../testing/showAnalysis";
import * as samples from "../../testing/samples";
import { FakeChart, seriesOf, withLosses } from "../testing";
import { ParallelPlot } from "./ParallelPlot";

vi.mock("../echarts", async () => (await import("../testing")).fakeEcharts);

const PLACE = "/trial/digits-k3x9aa/plots";
const query = () => new URLSearchParams(location.hash.split("?")[1]);

/** Each strip is 100 pixels high, so a pixel is a hundredth of an axis. */
beforeEach(() => {
  FakeChart.made = [];
  Object.assign(HTMLElement.prototype, {
    setPointerCapture: () => undefined,
    getBoundingClientRect: () => ({ left: 0, top: 0, right: 100, bottom: 100, width: 100, height: 100 }),
  });
});

async function strip(name: string): Promise<HTMLElement> {
  return vi.waitFor(() => {
    const found = document.querySelector<HTMLElement>(`[data-axis="${name}"]`);
    if (!found || !FakeChart.last.options.length) throw new Error(`there is no axis ${name} yet`);
    return found;
  });
}

function drag(over: HTMLElement, from: number, to: number, lift = true): void {
  fireEvent.pointerDown(over, { button: 0, clientY: 100 - from, pointerType: "mouse" });
  fireEvent.pointerMove(over, { clientY: 100 - to });
  if (lift) fireEvent.pointerUp(over, { clientY: 100 - to });
}

const lines = () => seriesOf(FakeChart.last.option, "jobs").data as { value: number[]; lineStyle: { opacity: number } }[];
const axes = () => (FakeChart.last.option["parallelAxis"] as { name: string }[]).map(({ name }) => name);

describe("parallel coordinates", () => {
  it("draw every job with a loss across the parameters", async () => {
    showAnalysis(<ParallelPlot />, { at: PLACE });
    await strip("C");
    expect(axes()).toEqual(["C", "gamma", "kernel", "degree", "loss"]);
    expect(screen.getByText(`${lines().length} jobs drawn.`)).toBeVisible();
    expect(screen.getByRole("img")).toHaveAccessibleName(/over C, gamma, kernel, degree, loss: \d+ jobs drawn\. The best loss is/);
  });

  it("filter the jobs by a brush on an axis, and a click on it takes that away", async () => {
    const user = userEvent.setup();
    showAnalysis(<ParallelPlot />, { at: `${PLACE}?f=state%3Dsucceeded` });
    const kernel = await strip("kernel");
    const all = lines().length;
    drag(kernel, 60, 90);
    expect(query().get("f")).toBe("state=succeeded;params.kernel=poly");
    expect(lines().length).toBeLessThan(all);
    expect(kernel.children).toHaveLength(1);
    await user.pointer({ keys: "[MouseLeft]", target: kernel });
    expect(query().get("f")).toBe("state=succeeded");
    expect(lines()).toHaveLength(all);
    expect(kernel.children).toHaveLength(0);
  });

  it("show a filter of elsewhere as a brush, which can be moved", async () => {
    showAnalysis(<ParallelPlot />, { at: `${PLACE}?f=params.C:0.1..1` });
    const C = await strip("C");
    const [brush] = C.children as unknown as HTMLElement[];
    expect(parseFloat(brush?.style.bottom ?? "")).toBeCloseTo(26.4, 0);
    expect(parseFloat(brush?.style.height ?? "")).toBeCloseTo(23.6, 0);
    drag(C, 40, 60);
    const [, low, high] = /^params\.C:([\d.]+)\.\.([\d.]+)$/.exec(query().get("f") ?? "") ?? [];
    expect(Number(low)).toBeCloseTo(0.7, 1);
    expect(Number(high)).toBeCloseTo(7.0, 0);
  });

  it("make the other lines faint while a brush is drawn, and filter only at its end", async () => {
    showAnalysis(<ParallelPlot />, { at: PLACE });
    const loss = await strip("loss");
    drag(loss, 0, 30, false);
    const isFaint = lines().map(({ lineStyle }) => lineStyle.opacity < 0.1);
    expect(new Set(isFaint).size).toBe(2);
    expect(query().get("f")).toBeNull();
    fireEvent.pointerCancel(loss);
    expect(lines().every(({ lineStyle }) => lineStyle.opacity > 0.1)).toBe(true);
    expect(query().get("f")).toBeNull();
  });

  it("pick the job of a line that is clicked on, and draw the picked ones strong", async () => {
    showAnalysis(<ParallelPlot />, { at: PLACE });
    await strip("C");
    const value = lines()[3]?.value ?? [];
    act(() => FakeChart.last.emit("click", { value, seriesId: "jobs" }));
    expect(query().get("picked")).toBe(String(value[1]));
    expect(seriesOf(FakeChart.last.option, "picked").data).toEqual([value]);
  });

  it("have the axes that people choose, in their order", async () => {
    const user = userEvent.setup();
    showAnalysis(<ParallelPlot />, { at: PLACE });
    await strip("C");
    await user.click(screen.getByRole("button", { name: "Axes" }));
    const list = within(await screen.findByRole("dialog"));
    await user.click(list.getByRole("checkbox", { name: "degree" }));
    await user.click(list.getByRole("checkbox", { name: "accuracy" }));
    await user.click(list.getByRole("button", { name: "Move gamma to the left" }));
    expect(query().get("axes")).toBe("params.gamma,params.C,params.kernel,loss,metrics.accuracy");
    await strip("accuracy");
    expect(axes()).toEqual(["gamma", "C", "kernel", "loss", "accuracy"]);
    await user.click(list.getByRole("button", { name: "Usual axes" }));
    expect(query().get("axes")).toBeNull();
  });

  it("say that there is nothing to draw yet", async () => {
    showAnalysis(<ParallelPlot />, { at: PLACE, columns: withLosses([null, null]) });
    await strip("C");
    expect(screen.getByText("0 jobs drawn.")).toBeVisible();
    expect(screen.getByRole("img")).toHaveAccessibleName(/None has a loss yet\.$/);
  });

  it("say what they need where no parameter changes", () => {
    showAnalysis(<ParallelPlot />, { at: PLACE, spec: samples.spec({ space: { C: { type: "constant", value: 1 } } }) });
    expect(screen.getByText(/needs a parameter that changes/)).toBeVisible();
  });
});
