import { describe, expect, it } from "vitest";

import { readLook } from "../../charts/look";
import * as samples from "../../testing/samples";
import { canLog, cornersOf, curvesData, curvesLabel, curvesOption, sharesOption } from "./curves";

const LOOK = readLook(document.documentElement);
const TRIAL = samples.trial({ finished_at: samples.NOW });

describe("the curves of trials", () => {
  it("go on to the newest job, or to the end of the trial", () => {
    expect(cornersOf(TRIAL, "job")).toEqual([[1, 0.41], [3, 0.12], [7, 0.0213], [12, 0.0213]]);
    expect(cornersOf(TRIAL, "time")).toEqual([[10, 0.41], [110, 0.12], [390, 0.0213], [590, 0.0213]]);
    expect(cornersOf(samples.trial({ improvements: [] }), "job")).toEqual([]);
  });

  it("can stand on a log axis only where all losses are above zero", () => {
    expect(canLog([TRIAL])).toBe(true);
    expect(canLog([TRIAL, samples.trial({ improvements: [{ number: 1, loss: -1, at: 0 }] })])).toBe(false);
    const option = curvesOption({ trials: [TRIAL], along: "job", isLog: true }, LOOK);
    expect(option.yAxis).toMatchObject([{ type: "log", min: 0.0213 / 1.08, max: 0.41 * 1.08 }]);
  });

  it("are called by their ids where names are the same", () => {
    const other = { ...TRIAL, trial_id: "digits-2" };
    const { series } = curvesOption({ trials: [TRIAL, other], along: "job", isLog: false }, LOOK);
    expect((series as { name: string }[]).map((each) => each.name)).toEqual(["digits-k3x9aa", "digits-2"]);
  });

  it("are told in a sentence and given as numbers", () => {
    const input = { trials: [TRIAL], along: "job" as const, isLog: false };
    expect(curvesLabel(input)).toBe("Best loss so far of each trial. digits: 0.0213 after 12 jobs.");
    expect([...curvesData(input)().rows][1]).toEqual(["digits-k3x9aa", 3, 110, 0.12]);
  });
});

describe("the shares", () => {
  it("leave the few worst jobs beyond the axis", () => {
    const losses = Float64Array.from({ length: 100 }, (_, i) => (i === 99 ? 1e6 : i / 100));
    const [axis] = sharesOption([TRIAL], [losses], LOOK).xAxis as { min: number; max: number }[];
    expect(axis?.max).toBeLessThan(2);
    expect(axis?.min).toBeLessThan(0);
  });

  it("turn the axis round where most is best", () => {
    const losses = Float64Array.from({ length: 100 }, (_, i) => (i === 99 ? -1e6 : 3 - i / 100));
    const option = sharesOption([samples.trial({ objective: "maximize" })], [losses], LOOK);
    const [axis] = option.xAxis as { inverse: boolean; min: number; max: number }[];
    expect(axis?.inverse).toBe(true);
    expect(axis?.max).toBeGreaterThanOrEqual(3);
    expect(axis?.min).toBeLessThan(2.2);
    expect(axis?.min).toBeGreaterThan(0);
  });
});
