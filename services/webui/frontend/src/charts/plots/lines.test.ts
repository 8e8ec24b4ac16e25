import { describe, expect, it } from "vitest";

import { LOOK, seriesOf } from "../testing";
import { linesData, linesLabel, linesOf, linesOption, thinned } from "./lines";

const graph = (label: string, y: number[]) => ({
  name: "loss",
  x_axis: "epoch",
  y_axis: "loss",
  series: [{ label, x: y.map((_, i) => i), y }],
});

describe("thinning", () => {
  it("keeps every peak", () => {
    const points = Array.from({ length: 50_000 }, (_, i): [number, number] => [i, i === 31_234 ? 99 : i % 2]);
    const kept = thinned(points);
    expect(kept.length).toBeLessThanOrEqual(600);
    expect(kept).toContainEqual([31_234, 99]);
    expect(kept.map(([x]) => x)).toEqual(kept.map(([x]) => x).sort((a, b) => a - b));
  });

  it("leaves short lines alone, but for what is no number", () => {
    expect(thinned([[0, 1], [1, NaN], [2, 3]])).toEqual([[0, 1], [2, 3]]);
  });
});

describe("graphs of targets", () => {
  it("keeps its own labels where it is alone", () => {
    const lines = linesOf([{ job: "", graph: graph("train", [3, 2, 1]) }]);
    expect(lines).toMatchObject(
      { x: "epoch", y: "loss", lines: [{ name: "train", points: [[0, 3], [1, 2], [2, 1]] }] },
    );
    expect(linesLabel("loss", lines)).toBe("loss, one line: train ends at 1.");
  });

  it("lies over those of other jobs under the names of all", () => {
    const lines = linesOf([
      { job: "job 1", graph: graph("train", [1]) },
      { job: "job 2", graph: graph("train", [2]) },
    ]);
    const option = linesOption(lines, LOOK);
    expect(seriesOf(option, "line1")).toMatchObject({ name: "job 2 train", data: [[0, 2]] });
    expect(option.legend).toMatchObject({ show: true });
    expect([...linesData(lines)().rows]).toEqual([
      ["job 1 train", 0, 1],
      ["job 2 train", 0, 2],
    ]);
  });

  it("bears lines of unequal length", () => {
    const uneven = { ...graph("a", []), series: [{ label: "a", x: [0, 1], y: [5] }] };
    expect(seriesOf(linesOption(linesOf([{ job: "", graph: uneven }]), LOOK), "line0").data).toEqual([[0, 5]]);
  });
});
