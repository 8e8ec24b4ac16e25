import { act, screen } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { showAnalysis } from "../../testing/showAnalysis";
import * as samples from "../../testing/samples";
import { FakeChart, seriesOf, withLosses } from "../testing";
import { ImportancePlot } from "./ImportancePlot";

vi.mock("../echarts", async () => (await import("../testing")).fakeEcharts);

const PLACE = "/trial/digits-k3x9aa/plots";
const query = () => new URLSearchParams(location.hash.split("?")[1]);
const drawn = () => vi.waitFor(() => seriesOf(FakeChart.last.option, "importance").data as { value: number[] }[]);

/** The nearer `C` is to 1, the better. */
function ofC() {
  const base = samples.columns(200);
  return withLosses((base.params["C"] ?? []).map((C) => Math.abs(Math.log(Number(C)))));
}

beforeEach(() => {
  FakeChart.made = [];
});

describe("the plot of importance", () => {
  it("has a bar for each parameter, and says which matters most", async () => {
    showAnalysis(<ImportancePlot />, { at: PLACE, columns: ofC() });
    const bars = await drawn();
    expect(bars).toHaveLength(4);
    expect(bars[0]?.value[0]).toBeGreaterThan(0.5);
    expect(screen.getByRole("img")).toHaveAccessibleName(/^Importance of 4 parameters in 200 jobs\. Most: C \d+ %/);
    expect(screen.getByText("How the best 20 jobs of 200 differ from all.")).toBeVisible();
  });

  it("chooses the parameter of a bar that is clicked on for the other plots", async () => {
    showAnalysis(<ImportancePlot />, { at: PLACE, columns: ofC() });
    const [first, second] = await drawn();
    act(() => FakeChart.last.emit("click", { value: first?.value }));
    expect(query().get("x")).toBe("C");
    act(() => FakeChart.last.emit("click", { value: second?.value }));
    expect(["gamma", "kernel", "degree"]).toContain(query().get("x"));
  });

  it("draws as many bars as there is room for, and says what is left out", async () => {
    showAnalysis(<ImportancePlot height={64} />, { at: PLACE, columns: ofC() });
    expect(await drawn()).toHaveLength(2);
    expect(screen.getByText(/2 more parameters together [\d.<]+ ?[\d.]* %\./)).toBeVisible();
  });

  it("says how many jobs are missing", () => {
    showAnalysis(<ImportancePlot />, { at: PLACE, columns: withLosses([1, 2, null, 3]) });
    expect(screen.getByText("It needs 20 jobs with a loss: 17 more.")).toBeVisible();
  });

  it("says that equal losses tell nothing", () => {
    showAnalysis(<ImportancePlot />, { at: PLACE, columns: withLosses(Array.from({ length: 30 }, () => 1)) });
    expect(screen.getByText(/All of these jobs have the same loss/)).toBeVisible();
  });
});
