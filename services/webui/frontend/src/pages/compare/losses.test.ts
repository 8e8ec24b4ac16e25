import { describe, expect, it } from "vitest";

import { fakeClient } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { computeOf, ranked, readLosses } from "./losses";

const trialOf = (proposed: number, retracted = 0) =>
  samples.trial({ trial_id: "t", jobs: { ...samples.trial().jobs, proposed, retracted } });

describe("the losses of a trial", () => {
  it("are read in pieces, all of them", async () => {
    const client = fakeClient({ columns: { t: samples.columns(25_000, 1, 25_000, "t") } });
    const losses = await readLosses(client, trialOf(25_000));
    expect(client.calls.map(([, , from]) => from)).toEqual([1, 10_001, 20_001]);
    expect(losses.byJob).toHaveLength(25_000);
    expect(losses.ended).toBe(24_999);
    expect(computeOf(losses)).toBeCloseTo(9 * 24_998, 0);
  });

  it("are read again only from the first job that had not ended", async () => {
    const client = fakeClient({ columns: { t: samples.columns(12, 1, 12, "t") } });
    const first = await readLosses(client, trialOf(12));
    client.world.columns["t"] = samples.columns(20, 1, 20, "t");
    const second = await readLosses(client, trialOf(20), first);
    expect(client.calls.at(-1)?.[2]).toBe(11);
    expect(second).toEqual(await readLosses(client, trialOf(20)));
  });

  it("are read anew once a result is retracted", async () => {
    const columns = samples.columns(12, 1, 12, "t");
    const client = fakeClient({ columns: { t: columns } });
    const first = await readLosses(client, trialOf(12));
    client.world.columns["t"] = { ...columns, retracted: columns.retracted.map((_, at) => at === 2) };
    const second = await readLosses(client, trialOf(12, 1), first);
    expect(second.byJob[2]).toBeNaN();
    expect(ranked(second, "minimize")).toHaveLength(ranked(first, "minimize").length - 1);
  });

  it("stand from the best to the worst, whatever is wanted", () => {
    const losses = { byJob: [2, NaN, 1, 3], seconds: [], ended: 5, retracted: 0 };
    expect([...ranked(losses, "minimize")]).toEqual([1, 2, 3]);
    expect([...ranked(losses, "maximize")]).toEqual([3, 2, 1]);
  });
});
