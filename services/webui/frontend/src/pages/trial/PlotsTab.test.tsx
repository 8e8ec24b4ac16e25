import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { FakeChart, withLosses } from "../../charts/testing";
import { showAnalysis } from "../../testing/showAnalysis";
import PlotsTab from "./PlotsTab";

vi.mock("../../charts/echarts", async () => (await import("../../charts/testing")).fakeEcharts);
vi.mock("../../jobs/JobsTable", () => ({ JobsTable: () => <p>the table</p> })); // it has tests of its own

const TITLES = [
  "Optimization history",
  "Importance",
  "Parallel coordinates",
  "Slices",
  "Contour",
  "Distribution",
  "Intermediate values",
  "Timeline",
  "Losses",
  "Durations",
  "The target's graphs",
];

/** Plots come into view when a test says so. */
class Sight {
  static all: Sight[] = [];
  readonly #tell: (entries: { isIntersecting: boolean }[]) => void;
  #target: Element | null = null;

  constructor(tell: (entries: { isIntersecting: boolean }[]) => void) {
    this.#tell = tell;
    Sight.all.push(this);
  }

  observe = (target: Element) => {
    this.#target = target;
  };
  unobserve = () => undefined;
  disconnect = () => undefined;

  static see(title: string, isIntersecting = true): void {
    const one = Sight.all.find((each) => each.#target?.textContent.startsWith(title));
    if (!one) throw new Error(`nothing looks at ${title}`);
    act(() => one.#tell([{ isIntersecting }]));
  }
}

beforeEach(() => {
  Sight.all = [];
  FakeChart.made = [];
  vi.stubGlobal("IntersectionObserver", Sight);
});

describe("the plots of a trial", () => {
  it("has a card for each, and draws only those that are seen", async () => {
    showAnalysis(<PlotsTab />, { at: "/trial/digits-k3x9aa/plots" });
    expect([...document.querySelectorAll("h2")].map(({ textContent }) => textContent)).toEqual(TITLES);
    expect(screen.getByText("the table")).toBeVisible();
    expect(document.querySelectorAll("figure")).toHaveLength(0);
    Sight.see("Optimization history");
    expect(await screen.findByLabelText(/Optimization history of 40 jobs/)).toBeVisible();
    expect(document.querySelectorAll("figure")).toHaveLength(1);
  });

  it("says how many jobs are too far off, and makes room for them", async () => {
    const losses = Array.from({ length: 40 }, (_, i) => (i ? 1 + i / 100 : 1e6));
    showAnalysis(<PlotsTab />, { columns: withLosses(losses), at: "/trial/digits-k3x9aa/plots" });
    expect(screen.getByText(/1 job far off is not drawn/)).toBeVisible();
    await userEvent.click(screen.getByText("All losses"));
    expect(location.hash).toContain("loss=all");
    expect(screen.queryByText(/far off/)).toBeNull();
  });

  it("says so where there is no job", () => {
    showAnalysis(<PlotsTab />, { columns: withLosses([]) });
    expect(screen.getByText("No jobs yet")).toBeVisible();
  });
});
