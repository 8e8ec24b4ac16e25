import { act, fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { EChartsOption } from "echarts";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { saveAs } from "../parts/useDownload";
import { show } from "../testing/show";
import { Chart, type Click } from "./Chart";
import { aroundOf, FakeChart } from "./testing";
import type { Area } from "./zoom";
import { zoomsOf } from "./zoom";

vi.mock("./echarts", async () => (await import("./testing")).fakeEcharts);
vi.mock("../parts/useDownload", () => ({ saveAs: vi.fn() }));

const OPTION: EChartsOption = { dataZoom: zoomsOf(), series: [] };
const LABEL = "Losses of 3 jobs; the best is 1.";

beforeEach(() => {
  FakeChart.made = [];
  Object.assign(HTMLElement.prototype, { setPointerCapture: () => undefined, hasPointerCapture: () => false });
});

async function drawn(props: Partial<Parameters<typeof Chart>[0]> = {}) {
  const shown = show(<Chart option={OPTION} height={200} label={LABEL} name="losses" {...props} />);
  const picture = await screen.findByRole("img", { name: LABEL });
  await vi.waitFor(() => expect(FakeChart.made).toHaveLength(1));
  await vi.waitFor(() => expect(FakeChart.last.options.length).toBeGreaterThan(0));
  return { ...shown, place: aroundOf(picture) };
}

function drag(place: HTMLElement, from: [number, number], to: [number, number]) {
  fireEvent.pointerDown(place, { button: 0, clientX: from[0], clientY: from[1] });
  fireEvent.pointerMove(place, { clientX: to[0], clientY: to[1] });
  fireEvent.pointerUp(place, { clientX: to[0], clientY: to[1] });
}

describe("a plot", () => {
  it("draws what it is given, says it in words, and ends with the page", async () => {
    const { unmount } = await drawn();
    expect(FakeChart.last.option).toMatchObject({ series: [], animation: false });
    unmount();
    expect(FakeChart.last.isGone).toBe(true);
  });

  it("tells which job was clicked on, and whether to add it", async () => {
    const clicks: Click[] = [];
    await drawn({ onClick: (click) => clicks.push(click) });
    act(() => FakeChart.last.emit("click", { value: [1, 2, 3], seriesId: "jobs", event: { event: {} } }));
    act(() => FakeChart.last.emit("click", { value: [1, 2, 4], event: { event: { ctrlKey: true } } }));
    expect(clicks).toEqual([
      { value: [1, 2, 3], seriesId: "jobs", adds: false },
      { value: [1, 2, 4], seriesId: "", adds: true },
    ]);
  });

  it("tells of the area of a box, and of a line along one axis all of the other", async () => {
    const areas: Area[] = [];
    const { place } = await drawn({ onBrush: (area) => areas.push(area) });
    drag(place, [80, 90], [20, 30]);
    drag(place, [10, 50], [60, 51]);
    drag(place, [10, 10], [12, 12]);
    expect(areas).toEqual([
      { grid: 0, x: [20, 80], y: [30, 90] },
      { grid: 0, x: [10, 60], y: [-Infinity, Infinity] },
    ]);
  });

  it("zooms by a box where people chose so, and back", async () => {
    const onBrush = vi.fn();
    const { place } = await drawn({ onBrush });
    await userEvent.click(screen.getByRole("button", { name: /Let it zoom/ }));
    drag(place, [10, 10], [60, 90]);
    expect(onBrush).not.toHaveBeenCalled();
    expect(FakeChart.last.actions.at(-1)).toEqual({
      type: "dataZoom",
      batch: [
        { dataZoomId: "x0", startValue: 10, endValue: 60 },
        { dataZoomId: "y0", startValue: 10, endValue: 90 },
      ],
    });
    expect(screen.queryByRole("button", { name: "Reset the zoom" })).toBeNull();
    act(() => FakeChart.last.emit("datazoom", { batch: [{ startValue: 10, endValue: 60 }] }));
    await userEvent.click(screen.getByRole("button", { name: "Reset the zoom" }));
    expect(FakeChart.last.actions.at(-1)).toMatchObject({ batch: [{ start: 0, end: 100 }, { start: 0, end: 100 }] });
  });

  it("saves the picture, and the numbers behind it", async () => {
    await drawn({ data: () => ({ columns: ["job"], rows: [[1]] }) });
    await userEvent.click(screen.getByRole("button", { name: "Export losses" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Picture (PNG)" }));
    expect(saveAs).toHaveBeenLastCalledWith("losses.png", expect.any(Blob));
    await userEvent.click(screen.getByRole("button", { name: "Export losses" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Data (CSV)" }));
    const [name, content] = vi.mocked(saveAs).mock.lastCall ?? [];
    expect(name).toBe("losses.csv");
    expect(await content?.text()).toBe("job\r\n1\r\n");
  });

  it("fills the window, and Escape brings it back", async () => {
    await drawn();
    await userEvent.click(screen.getByRole("button", { name: "Fill the window" }));
    expect(screen.getByRole("figure")).toHaveAttribute("data-large");
    await userEvent.keyboard("{Escape}");
    expect(screen.getByRole("figure")).not.toHaveAttribute("data-large");
  });

  it("takes the colours of the scheme that is switched to", async () => {
    await drawn();
    const before = FakeChart.last.themes.length;
    document.documentElement.style.setProperty("--hd-line", "other");
    act(() => document.documentElement.setAttribute("data-mantine-color-scheme", "dark"));
    await vi.waitFor(() => expect(FakeChart.last.themes.length).toBeGreaterThan(before));
    expect(FakeChart.last.themes.at(-1)).toMatchObject({ valueAxis: { axisLine: { lineStyle: { color: "other" } } } });
  });

  it("says so where it cannot be drawn, and leaves the page standing", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    show(
      <Chart
        option={OPTION}
        height={200}
        label={LABEL}
        name="losses"
        events={{
          get click(): never {
            throw new Error("no such thing");
          },
        }}
      />,
    );
    expect(await screen.findByRole("alert")).toHaveTextContent("This plot could not be drawn");
    expect(screen.getByText("no such thing")).toBeVisible();
  });
});
