import { act, render } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { AnalysisProvider } from "../pages/trial/analysis";
import { parametersOf } from "../space/outline";
import * as samples from "../testing/samples";
import { jobsOf } from "../testing/showAnalysis";
import type { PlotInput } from "./input";
import { SlotContext } from "./slot";
import { usePlotInput } from "./usePlot";

const seen: PlotInput[] = [];
const jobs = jobsOf();
const spec = samples.spec();
const parameters = parametersOf(spec.space);
const trial = samples.trial();
const slots = { yes: { tools: null, isSeen: true }, no: { tools: null, isSeen: false } };

function Plot() {
  const input = usePlotInput();
  if (seen.at(-1) !== input) seen.push(input);
  return null;
}

const page = (version: number, slot = slots.yes) => (
  <AnalysisProvider trial={trial} spec={spec} parameters={parameters} jobs={{ ...jobs, version }}>
    <SlotContext value={slot}>
      <Plot />
    </SlotContext>
  </AnalysisProvider>
);

describe("what a plot is made of", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    seen.length = 0;
  });
  afterEach(() => vi.useRealTimers());

  it("changes at most twice a second while jobs change", () => {
    const { rerender } = render(page(1));
    for (let version = 2; version <= 41; version++) {
      rerender(page(version));
      act(() => void vi.advanceTimersByTime(50));
    }
    act(() => void vi.advanceTimersByTime(1_000));
    expect(seen.length).toBeGreaterThanOrEqual(4);
    expect(seen.length).toBeLessThanOrEqual(6); // 2 seconds, the first and the last
  });

  it("changes at once where people filter", () => {
    render(page(1));
    act(() => {
      history.replaceState(null, "", "/#/?f=number:1..5");
      dispatchEvent(new HashChangeEvent("hashchange"));
    });
    expect(seen.at(-1)?.rows).toEqual([0, 1, 2, 3, 4]);
  });

  it("stays as it is while nobody sees the plot, and catches up after", () => {
    const { rerender } = render(page(1));
    rerender(page(2, slots.no));
    act(() => void vi.advanceTimersByTime(5_000));
    expect(seen).toHaveLength(1);
    rerender(page(2));
    act(() => void vi.advanceTimersByTime(1_000));
    expect(seen).toHaveLength(2);
  });
});
