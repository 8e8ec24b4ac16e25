import { describe, expect, it } from "vitest";

import { STATES } from "../../jobs/table";
import { inputOf, LOOK, seriesOf, withLosses } from "../testing";
import { lanesOf, rowOfBar, statesOf, timeBars, timelineData, timelineLabel, timelineOption } from "./timeline";

const columns = withLosses([1, 2, null, 4], {
  state: ["succeeded", "succeeded", "failed", "running"],
  worker: [0, 1, 0, 1],
  slot: [0, 0, 1, 0],
  workers: ["bee-10", "bee-2"],
  started_at: [100, 100, 110, 150],
  finished_at: [140, 149, 120, null],
});
const input = inputOf(columns);
const place = (state: (typeof STATES)[number]) => STATES.indexOf(state);

describe("lanes", () => {
  it("are the slots that ran anything, by worker and number", () => {
    expect(lanesOf(input).map(({ worker, slot }) => `${worker} ${slot}`)).toEqual(["bee-2 0", "bee-10 0", "bee-10 1"]);
  });
});

describe("bars", () => {
  it("go from start to end, a running one up to now", () => {
    expect(timeBars(input, lanesOf(input), 200, undefined)).toEqual([
      [100_000, 140_000, 1, place("succeeded"), 0, 1],
      [100_000, 149_000, 0, place("succeeded"), 1, 1],
      [110_000, 120_000, 2, place("failed"), 2, 1],
      [150_000, 200_000, 0, place("running"), 3, 1],
    ]);
  });

  it("are drawn only where people look", () => {
    expect(timeBars(input, lanesOf(input), 200, [145, 148]).map(([, , , , row]) => row)).toEqual([1]);
  });

  it("become one where they are closer than a pixel, and part again by zooming", () => {
    const count = 20_000;
    const many = withLosses(
      Array.from({ length: count }, () => 1),
      {
        worker: Array.from({ length: count }, () => 0),
        slot: Array.from({ length: count }, () => 0),
        started_at: Array.from({ length: count }, (_, i) => i),
        finished_at: Array.from({ length: count }, (_, i) => i + 0.9),
      },
    );
    const all = inputOf(many);
    const bars = timeBars(all, lanesOf(all), 0, undefined);
    expect(bars.length).toBeLessThan(3_000);
    expect(bars.reduce((sum, [, , , , , jobs]) => sum + jobs, 0)).toBe(count);
    expect(timeBars(all, lanesOf(all), 0, [100, 110]).every(([, , , , , jobs]) => jobs === 1)).toBe(true);
  });

  it("know the job that was clicked on, if it is one", () => {
    expect(rowOfBar([0, 1, 0, 2, 7, 1])).toBe(7);
    expect(rowOfBar([0, 1, 0, 2, 7, 3])).toBeUndefined();
  });
});

it("spans all jobs, and says how many slots there were", () => {
  const option = timelineOption(input, LOOK, 200);
  expect(option.xAxis).toMatchObject([{ min: 100_000, max: 200_000 }]);
  expect(seriesOf(option, "bars").data).toHaveLength(4);
  expect(timelineLabel(input, 200)).toBe("Timeline of 4 jobs over 1 min 40 s, in 3 slots of 2 workers.");
  expect(statesOf(input)).toEqual(["running", "succeeded", "failed"]);
  expect([...timelineData(input)().rows][0]).toEqual([1, "succeeded", "bee-10", 0, 100, 140]);
});

it("says so where no worker has taken a job", () => {
  const none = inputOf(withLosses([null], { worker: [null], slot: [null], started_at: [null], finished_at: [null] }));
  expect(lanesOf(none)).toEqual([]);
  expect(timelineLabel(none, 0)).toContain("No worker has taken one yet");
});
