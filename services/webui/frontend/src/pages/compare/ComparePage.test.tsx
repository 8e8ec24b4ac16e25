import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { EChartsOption } from "echarts";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { fakeClient } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import ComparePage from "./ComparePage";

// jsdom has no canvas: what is drawn is told by the option.
const drawn = new Map<string, EChartsOption>();
vi.mock("../../charts/Chart", () => ({
  Chart: ({ option, label, name }: { option: EChartsOption; label: string; name: string }) => {
    drawn.set(name, option);
    return <div role="img" aria-label={label} />;
  },
}));

const A = samples.trial({
  trial_id: "net-a",
  name: "net-a",
  state: "completed",
  finished_at: samples.NOW,
  algorithm: "PSO",
});
const B = samples.trial({
  trial_id: "net-b",
  name: "net-b",
  best: {
    job_id: "net-b.4",
    number: 4,
    loss: 0.5,
    params: { C: 3.2, gamma: 0.9, kernel: "rbf" },
    at: samples.NOW - 300,
  },
  improvements: [{ number: 4, loss: 0.5, at: samples.NOW - 300 }],
});

function open(trials = "net-a,net-b") {
  const client = fakeClient({
    trials: [A, B, samples.listedTrial({ trial_id: "net-c", name: "net-c" })],
    details: { "net-a": A, "net-b": B, "net-c": samples.trial({ trial_id: "net-c", name: "net-c" }) },
    specs: {
      "net-a": samples.spec({ algorithm: { name: "PSO", seed: 7, options: {} } }),
      "net-b": samples.spec(),
      "net-c": samples.spec(),
    },
    columns: {
      "net-a": samples.columns(12, 1, 12, "net-a"),
      "net-b": samples.columns(12, 1, 12, "net-b"),
      "net-c": samples.columns(0, 1, 0, "net-c"),
    },
  });
  return show(<ComparePage />, { client, at: `/compare?trials=${trials}` });
}

const seriesOf = (name: string) => (drawn.get(name)?.series ?? []) as { name: string; data: [number, number][] }[];

beforeEach(() => drawn.clear());

describe("comparing trials", () => {
  it("says what to do where none is chosen", async () => {
    open("");
    expect(await screen.findByRole("heading", { name: "No trial is chosen" })).toBeInTheDocument();
  });

  it("shows them side by side, with the best of all named", async () => {
    open();
    const table = within(await screen.findByRole("region", { name: "Trials side by side" }));
    const cells = within(table.getByRole("row", { name: /^Best loss/ })).getAllByRole("cell");
    expect(cells.map((each) => each.textContent)).toEqual(["0.0213 job 7 · best of all", "0.5 job 4"]);
    await waitFor(() => expect(table.getByRole("row", { name: /^Compute used/ })).toHaveTextContent("1 min 30 s"));
  });

  it("marks what differs in the best params and in what was submitted", async () => {
    open();
    const table = within(await screen.findByRole("region", { name: "What differs" }));
    expect(table.getByRole("row", { name: /^gamma ≠ differs/ })).toBeInTheDocument();
    expect(table.getByRole("row", { name: /^kernel/ })).not.toHaveTextContent("differs");
    expect(await table.findByRole("row", { name: /^Algorithm/ })).toHaveTextContent("PSO");
    expect(table.queryByRole("row", { name: /^Parallelism/ })).not.toBeInTheDocument();
  });

  it("lays their curves and their losses over each other", async () => {
    open();
    await waitFor(() => expect(seriesOf("best so far").map((each) => each.name)).toEqual(["net-a", "net-b"]));
    expect(seriesOf("best so far")[1]?.data).toEqual([[4, 0.5], [12, 0.5]]);
    await waitFor(() => expect(seriesOf("distribution of losses")[0]?.data).toHaveLength(9));
    await userEvent.click(await screen.findByRole("radio", { name: "by time" }));
    expect(location.hash).toContain("by=time");
    await waitFor(() => expect(seriesOf("best so far")[1]?.data[0]).toEqual([290, 0.5]));
  });

  it("takes one away and adds another, in the address", async () => {
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Remove net-a" }));
    expect(location.hash).toBe("#/compare?trials=net-b");
    await userEvent.type(screen.getByRole("combobox", { name: "Add a trial" }), "net-c");
    await userEvent.click(await screen.findByRole("option", { name: /net-c/ }));
    expect(decodeURIComponent(location.hash)).toBe("#/compare?trials=net-b,net-c");
    expect(await screen.findByRole("link", { name: "net-c" })).toBeInTheDocument();
  });

  it("shows the others where one is not there", async () => {
    open("net-a,net-x");
    expect(await screen.findByRole("alert")).toHaveTextContent("net-x cannot be shown");
    expect(screen.getByRole("link", { name: "net-a" })).toBeInTheDocument();
  });

  it("hears of what happens to any of them", async () => {
    const { client } = open();
    await screen.findByRole("region", { name: "Trials side by side" });
    await waitFor(() => expect(client.followed()[0]?.topics).toEqual(["trial:net-a", "trial:net-b"]));
    client.world.details["net-b"] = { ...B, state: "paused" };
    act(() => client.tell(samples.event("trial.paused.v1", { trial_id: "net-b" })));
    const row = screen.getByRole("row", { name: /^State/ });
    await waitFor(() => expect(row).toHaveTextContent("paused"), { timeout: 3_000 });
  });
});
