import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { ApiProblem } from "../../api/problem";
import type { Trial } from "../../api/types";
import { fakeClient, type World } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import TrialPage from "./TrialPage";

// The plots have their own tests; here it counts where they stand.
vi.mock("../../charts/plots/HistoryPlot", () => ({ HistoryPlot: () => <p>history of losses</p> }));
vi.mock("./PlotsTab", () => ({ default: () => <p>all plots</p> }));

const ID = "digits-k3x9aa";

interface Opened {
  tab?: string;
  at?: string;
  world?: Partial<World>;
}

function open(changes: Partial<Trial> = {}, { tab = "overview", at, world = {} }: Opened = {}) {
  const client = fakeClient({
    details: { [ID]: samples.trial(changes) },
    specs: { [ID]: samples.spec() },
    columns: { [ID]: samples.columns(12) },
    ...world,
  });
  return show(<TrialPage trialId={ID} tab={tab} />, { client, at: at ?? `/trial/${ID}/${tab}` });
}

const called = (client: { calls: unknown[][] }, name: string) => client.calls.filter(([method]) => method === name);

beforeEach(() => {
  document.title = "";
});

describe("the head", () => {
  it("names the trial, its state and its tags, in the title of the tab too", async () => {
    open();
    expect(await screen.findByRole("heading", { level: 1, name: "digits" })).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "svm" })).toHaveAttribute("href", "#/?tag=svm");
    expect(document.title).toBe("digits · Hyperdock");
  });

  it("pauses a trial that runs", async () => {
    const { client } = open();
    await userEvent.click(await screen.findByRole("button", { name: "Pause" }));
    expect(called(client, "pauseTrial")).toEqual([["pauseTrial", ID]]);
  });

  it("resumes a trial that is paused", async () => {
    const paused = open({ state: "paused" });
    await userEvent.click(await screen.findByRole("button", { name: "Resume" }));
    expect(called(paused.client, "resumeTrial")).toEqual([["resumeTrial", ID]]);
  });

  it("says how many jobs run before it stops the trial", async () => {
    const { client } = open();
    await userEvent.click(await screen.findByRole("button", { name: "Stop" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("2 jobs run now and will be cancelled");
    expect(called(client, "stopTrial")).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Stop the trial" }));
    expect(called(client, "stopTrial")).toEqual([["stopTrial", ID]]);
  });

  it("changes budget and parallelism, with problems at their fields", async () => {
    const { client } = open();
    client.fail("change", new ApiProblem(422, "no", [{ field: "parallelism", problem: "the operator allows 4" }]));
    await userEvent.click(await screen.findByRole("button", { name: "Change" }));
    const jobs = await screen.findByLabelText("Jobs");
    await userEvent.clear(jobs);
    await userEvent.click(screen.getByRole("button", { name: "Save changes" }));
    expect(await screen.findByText(/the trial would never end/)).toBeInTheDocument();
    expect(called(client, "change")).toEqual([]);
    await userEvent.type(jobs, "50");
    const parallelism = screen.getByLabelText("Parallelism");
    await userEvent.clear(parallelism);
    await userEvent.type(parallelism, "8");
    await userEvent.click(screen.getByRole("button", { name: "Save changes" }));
    expect(await screen.findByText("the operator allows 4")).toBeInTheDocument();
    client.fail("change", undefined);
    await userEvent.click(screen.getByRole("button", { name: "Save changes" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(called(client, "change").at(-1)).toEqual([
      "change",
      ID,
      { budget: { jobs: 50, wall_time: null, target_loss: null, max_failures: null }, parallelism: 8 },
    ]);
  });

  it("edits the tags", async () => {
    const { client } = open();
    await userEvent.click(await screen.findByRole("button", { name: "Edit tags" }));
    await userEvent.type(screen.getByRole("combobox", { name: "Tags" }), "night{Enter}");
    await userEvent.click(screen.getByRole("button", { name: "Save tags" }));
    expect(called(client, "change")).toEqual([["change", ID, { tags: ["svm", "night"] }]]);
  });

  it("clones, archives and exports from the menu", async () => {
    const { client } = open({ state: "completed", finished_at: samples.NOW - 10 });
    await userEvent.click(await screen.findByRole("button", { name: "More" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Archive" }));
    expect(called(client, "change")).toEqual([["change", ID, { archived: true }]]);
    await userEvent.click(screen.getByRole("button", { name: "More" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Jobs as CSV" }));
    expect(called(client, "download")).toEqual([["download", { kind: "export", trialId: ID, format: "csv" }]]);
    await userEvent.click(screen.getByRole("button", { name: "Clone" }));
    expect(location.hash).toBe(`#/new?clone=${ID}`);
  });

  it("forks, and says of what it is a fork itself", async () => {
    open({ forked_from: { trial_id: "old-1", position: 17, results: 1234, left_out: {} } });
    const link = await screen.findByRole("link", { name: "old-1" });
    expect(link).toHaveAttribute("href", "#/trial/old-1?at=17");
    expect(link.parentElement).toHaveTextContent("fork of old-1 with 1,234 results");
    await userEvent.click(screen.getByRole("button", { name: "Fork" }));
    expect(location.hash).toBe(`#/new?fork=${ID}`);
  });

  it("lets nobody steer a trial that has ended, and says why", async () => {
    const { client } = open({ state: "completed", finished_at: samples.NOW - 10 });
    const stop = await screen.findByRole("button", { name: "Stop" });
    expect(stop).toHaveAttribute("aria-disabled", "true");
    await userEvent.hover(stop);
    expect(await screen.findByText("The trial has ended: clone it to go on")).toBeInTheDocument();
    await userEvent.click(stop);
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(called(client, "stopTrial")).toEqual([]);
  });

  it("lets a token that may read only read", async () => {
    const { client } = open({}, { world: { scopes: ["read"] } });
    const pause = await screen.findByRole("button", { name: "Pause" });
    await waitFor(() => expect(pause).toHaveAttribute("aria-disabled", "true"));
    await userEvent.hover(pause);
    expect(await screen.findByText("Your token may only read")).toBeInTheDocument();
    await userEvent.click(pause);
    expect(called(client, "pauseTrial")).toEqual([]);
    expect(screen.queryByRole("button", { name: "Edit tags" })).not.toBeInTheDocument();
  });
});

describe("the page", () => {
  it("says where there is no such trial", async () => {
    open({}, { world: { details: {} } });
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no such thing");
    expect(screen.getByRole("link", { name: "All trials" })).toBeInTheDocument();
  });

  it("is there before its jobs are, and says when they cannot be had", async () => {
    const client = fakeClient({ details: { [ID]: samples.trial() }, specs: { [ID]: samples.spec() } });
    client.fail("columns", new ApiProblem(500, "the view is away"));
    show(<TrialPage trialId={ID} tab="overview" />, { client, at: `/trial/${ID}` });
    expect(await screen.findByRole("progressbar", { name: "Progress" })).toBeInTheDocument();
    expect(await screen.findByRole("alert")).toHaveTextContent("the view is away");
    client.fail("columns", undefined);
    client.world.columns[ID] = samples.columns(12);
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("history of losses")).toBeInTheDocument();
  });

  it("looks at the trial again when something of it happens", async () => {
    const { client } = open();
    await screen.findByText("history of losses");
    await waitFor(() => expect(client.followed().map((each) => each.topics)).toEqual([[`trial:${ID}`]]));
    client.world.details[ID] = samples.trial({ state: "paused" });
    act(() => client.tell(samples.event("trial.paused.v1", { trial_id: ID })));
    expect(await screen.findByRole("button", { name: "Resume" })).toBeInTheDocument();
  });

  it("keeps filters and picked jobs from one tab to the other", async () => {
    open({}, { at: `/trial/${ID}/overview?f=loss:0..1&picked=3` });
    const tab = await screen.findByRole("tab", { name: /^Jobs/ });
    expect(tab).toHaveTextContent("12");
    await userEvent.click(tab);
    expect(location.hash).toBe(`#/trial/${ID}/jobs?f=loss:0..1&picked=3`);
  });

  it("shows the spec as it was submitted and what was changed since", async () => {
    open({ parallelism: 6 }, { tab: "spec" });
    expect(await screen.findByRole("heading", { name: "As submitted" })).toBeInTheDocument();
    expect(within(screen.getByRole("row", { name: /Parallelism/ })).getByText("6")).toBeInTheDocument();
  });
});
