import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import { ApiProblem } from "../../api/problem";
import type { ListedTrial } from "../../api/types";
import { fakeClient } from "../../testing/fakeClient";
import { event, listedTrial, NOW } from "../../testing/samples";
import { show } from "../../testing/show";
import { TrialsPage } from "./TrialsPage";

const named = (name: string, changes: Partial<ListedTrial> = {}): ListedTrial =>
  listedTrial({ trial_id: `${name}-1`, name, ...changes });

const some = () => [
  named("alpha", { submitted_at: NOW - 10, tags: ["svm"] }),
  named("beta", { submitted_at: NOW - 20, state: "paused", tags: ["vision"] }),
  named("gamma", { submitted_at: NOW - 30, state: "completed", finished_at: NOW - 5, reason: "jobs", tags: [] }),
];

const rowOf = async (name: string): Promise<HTMLElement> => {
  const row = (await screen.findByRole("link", { name })).closest<HTMLElement>("[role=row]");
  if (!row) throw new Error(`${name} is in no row`);
  return row;
};
const names = () =>
  screen.getAllByRole("row").flatMap((row) => within(row).queryByRole("link")?.textContent ?? []);
const asked = (client: ReturnType<typeof fakeClient>, method: string) => client.calls.filter(([name]) => name === method);
const box = (name: string) => screen.getByRole("checkbox", { name: `Select ${name}` });

describe("the list of trials", () => {
  it("shows of each trial how far it is and how good", async () => {
    show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    const row = await rowOf("alpha");
    expect(within(row).getByText("running", { selector: "[data-state] , [data-state] *" })).toBeVisible();
    expect(within(row).getByText("10 / 30")).toBeVisible();
    expect(within(row).getByRole("progressbar")).toHaveAccessibleName("Jobs of alpha");
    expect(within(row).getByText("0.0213")).toBeVisible();
    expect(within(row).getByRole("img", { name: /Best loss down from 0.41 to 0.0213/ })).toBeInTheDocument();
    expect(within(row).getByText("svm")).toBeVisible();
    expect(within(row).getByText("team/digits:1.2")).toBeVisible();
    expect(within(row).getByRole("link", { name: "alpha" })).toHaveAttribute("href", "#/trial/alpha-1");
    expect(document.title).toBe("Trials · Hyperdock");
    expect(screen.getByText("3 trials")).toBeVisible();
  });

  it("shows the time where no number of jobs ends a trial", async () => {
    const budget = { jobs: null, wall_time: 7200, target_loss: null, max_failures: null };
    const trials = [named("timed", { budget, state: "stopped", started_at: NOW - 600, finished_at: NOW - 300 })];
    show(<TrialsPage />, { client: fakeClient({ trials }) });
    const row = await rowOf("timed");
    expect(within(row).getByText("10 jobs")).toBeVisible();
    expect(within(row).getByText("5 min of 2 h")).toBeVisible();
    expect(within(row).queryByRole("progressbar")).not.toBeInTheDocument();
  });

  it("says why a trial ended early, and nothing where it had all its jobs", async () => {
    const trials = [...some(), named("delta", { state: "stopped", reason: "wall_time", message: "two hours are over" })];
    show(<TrialsPage />, { client: fakeClient({ trials }) });
    expect(within(await rowOf("delta")).getByText("time is up")).toHaveAttribute("title", "two hours are over");
    expect(within(await rowOf("gamma")).queryByText("jobs")).not.toBeInTheDocument();
  });

  it("shows a trial as soon as the feed tells of it", async () => {
    const { client } = show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    expect(client.followed()[0]).toMatchObject({ topics: ["trials"], after: 1_000 });
    client.world.trials.push(named("omega", { submitted_at: NOW }));
    act(() => client.tell(event("trial.resumed.v1", { trial_id: "omega-1" })));
    await rowOf("omega");
    expect(names()).toEqual(["omega", "alpha", "beta", "gamma"]);
  });

  it("follows a trial that changes, without a word of the feed", async () => {
    const { client } = show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    expect(within(await rowOf("alpha")).getByText("10 / 30")).toBeVisible();
    const jobs = { ...listedTrial().jobs, succeeded: 15 };
    client.world.trials[0] = named("alpha", { submitted_at: NOW - 10, jobs });
    expect(await screen.findByText("16 / 30", undefined, { timeout: 4_000 })).toBeVisible();
  });

  it("reads more trials where people come near the end, and only these", async () => {
    const trials = Array.from({ length: 60 }, (_, at) => named(`t${at}`, { submitted_at: NOW - at }));
    const { client } = show(<TrialsPage />, { client: fakeClient({ trials }) });
    await rowOf("t0");
    expect(screen.getByText("50 trials and more")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Load more" }));
    expect(await screen.findByText("60 trials")).toBeVisible();
    expect(screen.getAllByRole("row").length).toBeLessThan(40);
    expect(asked(client, "trials").filter(([, query]) => (query as { cursor?: string }).cursor)).toHaveLength(1);
    expect(screen.queryByRole("button", { name: "Load more" })).not.toBeInTheDocument();
  });
});

describe("filters", () => {
  it("come from the address", async () => {
    const { client } = show(<TrialsPage />, {
      client: fakeClient({ trials: some() }),
      at: "/?q=a&state=paused&tag=vision&sort=name&archived=any",
    });
    await rowOf("beta");
    expect(names()).toEqual(["beta"]);
    expect(asked(client, "trials")[0]?.[1]).toMatchObject({
      name: "a",
      state: "paused",
      tag: "vision",
      sort: "name",
      order: "asc",
      archived: "any",
    });
    expect(screen.getByRole("searchbox", { name: "Search by name" })).toHaveValue("a");
    expect(screen.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  });

  it("go into the address", async () => {
    show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "State" }), "paused");
    await waitFor(() => expect(names()).toEqual(["beta"]));
    expect(location.hash).toBe("#/?state=paused");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "State" }), "Any state");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Order" }), "By name");
    expect(location.hash).toBe("#/?sort=name");
  });

  it("search once nobody types any more", async () => {
    const { client } = show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    await userEvent.keyboard("/");
    await userEvent.keyboard("gam");
    await waitFor(() => expect(names()).toEqual(["gamma"]));
    expect(location.hash).toBe("#/?q=gam");
    const searched = asked(client, "trials").map(([, query]) => (query as { name?: string }).name);
    expect(new Set(searched)).toEqual(new Set([undefined, "gam"]));
  });

  it("offer the tags that the trials have", async () => {
    show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    const offered = [...document.querySelectorAll("datalist option")].map((each) => each.getAttribute("value"));
    expect(offered).toEqual(["svm", "vision"]);
    await userEvent.type(screen.getByLabelText("Tag"), "vision");
    await waitFor(() => expect(names()).toEqual(["beta"]));
  });

  it("that nothing fits can be cleared", async () => {
    show(<TrialsPage />, { client: fakeClient({ trials: some() }), at: "/?q=nothing" });
    await userEvent.click(await screen.findByRole("button", { name: "Clear filters" }));
    await rowOf("alpha");
    expect(location.hash).toBe("#/");
  });
});

describe("many trials at once", () => {
  it("are stopped after a question that counts them", async () => {
    const { client } = show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    await userEvent.click(screen.getByRole("checkbox", { name: "Select all" }));
    expect(within(screen.getByRole("toolbar")).getByText("3 trials")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Stop 2" }));
    const dialog = await screen.findByRole("dialog", { name: "Stop 2 trials?" });
    expect(within(dialog).getByText(/4 running jobs will be stopped/)).toBeVisible();
    expect(asked(client, "stopTrial")).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Stop 2 trials" }));
    await waitFor(() => expect(asked(client, "stopTrial")).toEqual([["stopTrial", "alpha-1"], ["stopTrial", "beta-1"]]));
    expect(await screen.findByText("2 trials: told to stop")).toBeInTheDocument();
  });

  it("are left alone where the question is cancelled", async () => {
    const { client } = show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    await userEvent.click(box("alpha"));
    await userEvent.click(screen.getByRole("button", { name: "Stop" }));
    await userEvent.click(await screen.findByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(asked(client, "stopTrial")).toEqual([]);
  });

  it("are paused, resumed and archived without one", async () => {
    const { client } = show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    await userEvent.click(screen.getByRole("checkbox", { name: "Select all" }));
    await userEvent.click(screen.getByRole("button", { name: "Pause 1" }));
    await waitFor(() => expect(asked(client, "pauseTrial")).toEqual([["pauseTrial", "alpha-1"]]));
    await userEvent.click(screen.getByRole("button", { name: "Resume 1" }));
    await waitFor(() => expect(asked(client, "resumeTrial")).toEqual([["resumeTrial", "beta-1"]]));
    await userEvent.click(screen.getByRole("button", { name: "Archive 1" }));
    await waitFor(() => expect(asked(client, "change")).toEqual([["change", "gamma-1", { archived: true }]]));
  });

  it("are selected up to another one with the shift key", async () => {
    show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    const user = userEvent.setup();
    await user.click(box("alpha"));
    await user.keyboard("{Shift>}");
    await user.click(box("gamma"));
    await user.keyboard("{/Shift}");
    expect(box("beta")).toBeChecked();
    const compare = screen.getByRole("link", { name: "Compare" });
    expect(compare).toHaveAttribute("href", "#/compare?trials=alpha-1,beta-1,gamma-1");
  });

  it("are not compared where there is one only", async () => {
    show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    await userEvent.click(box("alpha"));
    expect(screen.getByRole("button", { name: "Compare" })).toBeDisabled();
  });

  it("say with how many it failed", async () => {
    const client = fakeClient({ trials: some() });
    client.fail("pauseTrial", new ApiProblem(409, "it has ended already"));
    show(<TrialsPage />, { client });
    await rowOf("alpha");
    await userEvent.click(box("alpha"));
    await userEvent.click(screen.getByRole("button", { name: "Pause" }));
    expect(await screen.findByText("it has ended already")).toBeInTheDocument();
  });
});

describe("one trial of the list", () => {
  it("has a menu of what can be done with it", async () => {
    const { client } = show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await userEvent.click(within(await rowOf("alpha")).getByRole("button", { name: "Do with alpha" }));
    const clone = await screen.findByRole("menuitem", { name: "Clone" });
    expect(clone).toHaveAttribute("href", "#/new?clone=alpha-1");
    expect(screen.queryByRole("menuitem", { name: "Archive" })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("menuitem", { name: "Pause" }));
    await waitFor(() => expect(asked(client, "pauseTrial")).toEqual([["pauseTrial", "alpha-1"]]));
  });

  it("is not changed with a token that may only read", async () => {
    show(<TrialsPage />, { client: fakeClient({ trials: some(), scopes: ["read"] }) });
    await rowOf("alpha");
    await userEvent.click(box("alpha"));
    const stop = screen.getByRole("button", { name: "Stop" });
    expect(stop).toBeDisabled();
    expect(stop).toHaveAttribute("title", "Your token may only read");
    await userEvent.click(within(await rowOf("alpha")).getByRole("button", { name: "Do with alpha" }));
    expect(await screen.findByRole("menuitem", { name: "Pause" })).toHaveAttribute("data-disabled", "true");
    expect(screen.getByRole("menuitem", { name: "Open" })).not.toHaveAttribute("data-disabled");
  });
});

describe("keys", () => {
  it("go through the list, select and open", async () => {
    show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    await userEvent.keyboard("jj");
    expect(await rowOf("beta")).toHaveFocus();
    await userEvent.keyboard("x");
    expect(box("beta")).toBeChecked();
    await userEvent.keyboard("{ArrowUp}");
    expect(await rowOf("alpha")).toHaveFocus();
    await userEvent.keyboard("k{Enter}");
    expect(location.hash).toBe("#/trial/alpha-1");
  });

  it("are told of by a question mark", async () => {
    show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    await userEvent.keyboard("?");
    const dialog = await screen.findByRole("dialog", { name: "Keys" });
    expect(within(dialog).getByText("Search by name")).toBeVisible();
  });

  it("that are typed into a field steer nothing", async () => {
    show(<TrialsPage />, { client: fakeClient({ trials: some() }) });
    await rowOf("alpha");
    await userEvent.type(screen.getByLabelText("Tag"), "x?");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(box("alpha")).not.toBeChecked();
  });
});

describe("without trials", () => {
  it("the page says how to submit one", async () => {
    show(<TrialsPage />);
    expect(await screen.findByText("hyperdock submit trial.yaml")).toBeVisible();
    expect(screen.getByRole("link", { name: "New trial" })).toHaveAttribute("href", "#/new");
    await userEvent.click(screen.getByRole("button", { name: "Look into the archive" }));
    expect(location.hash).toBe("#/?archived=true");
  });

  it("the page says what failed, and tries again", async () => {
    const client = fakeClient({ trials: some() });
    client.fail("trials", new ApiProblem(503, "the store is away"));
    show(<TrialsPage />, { client });
    expect(await screen.findByText("the store is away")).toBeVisible();
    client.fail("trials", undefined);
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await rowOf("alpha");
    expect(screen.queryByText("the store is away")).not.toBeInTheDocument();
  });
});
