import { configure, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";

import { ApiProblem } from "../../api/problem";
import { fakeClient, type FakeClient } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import NewTrialPage from "./NewTrialPage";

const ID = "digits-k3x9aa";
const SLOW = 60_000; // ms; as for the form of new trials

configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => sessionStorage.clear());

const withTrial = () =>
  fakeClient({ specs: { [ID]: samples.spec() }, details: { [ID]: samples.trial(), "new-trial-1": samples.trial() } });
const page = (client: FakeClient, at: string) => {
  const user = userEvent.setup({ delay: null });
  return { ...show(<NewTrialPage />, { client, at }), user };
};
type User = ReturnType<typeof userEvent.setup>;
const fill = async (user: User, input: HTMLElement, text: string) => {
  await user.clear(input);
  await user.paste(text);
};
const submit = async (user: User) => {
  const button = screen.getByText("Submit the trial").closest("button") as HTMLElement;
  await waitFor(() => expect(button).toBeEnabled());
  await user.click(button);
};
const asked = (jobs: number) => ({
  budget: { jobs, wall_time: null, target_loss: null, max_failures: null },
  parallelism: 2,
  priority: 0,
});
const forked = (client: FakeClient) => client.calls.find(([name]) => name === "fork");

describe("A fork of a trial", { timeout: SLOW }, () => {
  it("begins with a moment: only what was changed is sent", async () => {
    const { client, user } = page(withTrial(), `/new?fork=${ID}&at=17`);
    expect(await screen.findByDisplayValue("digits (fork)")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "digits" })).toHaveAttribute("href", `#/trial/${ID}?at=17`);
    await fill(user, screen.getByLabelText("Jobs"), "90");
    await submit(user);
    await waitFor(() => expect(location.hash).toBe("#/trial/new-trial-1"));
    expect(forked(client)?.slice(1, 3)).toEqual([
      ID,
      { at: 17, after_job: null, changes: { name: "digits (fork)", ...asked(90) }, results: true, fill: {} },
    ]);
    expect(client.calls.map(([name]) => name)).not.toContain("submit");
  });

  it("begins with the end of a job, without the results", async () => {
    const { client, user } = page(withTrial(), `/new?fork=${ID}&at=17`);
    await fill(user, await screen.findByLabelText("After the end of job"), "5");
    await user.click(screen.getByRole("checkbox", { name: /^Take its results along/ }));
    await submit(user);
    await waitFor(() => expect(location.hash).toBe("#/trial/new-trial-1"));
    expect(forked(client)?.[2]).toMatchObject({
      at: null,
      after_job: 5,
      results: false,
    });
  });

  it("shows what had been changed of it by then", async () => {
    const client = withTrial();
    const then = { ...samples.trial(), budget: { ...samples.trial().budget, jobs: 12 }, parallelism: 2 };
    client.at = (at) => ({ ...client, trial: () => Promise.resolve(at === 17 ? then : samples.trial()) });
    const { user } = page(client, `/new?fork=${ID}&at=17`);
    expect(await screen.findByLabelText("Jobs")).toHaveValue("12");
    await submit(user);
    await waitFor(() => expect(location.hash).toBe("#/trial/new-trial-1"));
    expect(forked(client)?.[2]).toMatchObject({ changes: asked(12) });
  });

  it("lets go of a refusal when another moment is named", async () => {
    const client = withTrial();
    const problem = { field: "after_job", problem: "job digits-k3x9aa.99 has not ended" };
    client.fork = () => Promise.reject(new ApiProblem(422, "refused", [problem]));
    const { user } = page(client, `/new?fork=${ID}&after=99`);
    await screen.findByDisplayValue("digits (fork)");
    await submit(user);
    expect((await screen.findAllByText(/has not ended/)).length).toBe(2);
    await fill(user, screen.getByLabelText("After the end of job"), "9");
    await waitFor(() => expect(screen.queryByText(/has not ended/)).not.toBeInTheDocument());
  });

  it("asks what a new parameter was in the results", async () => {
    const { client, user } = page(withTrial(), `/new?fork=${ID}&view=form`);
    await screen.findByDisplayValue("digits (fork)");
    expect(screen.queryByLabelText(/^What /)).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Add a parameter" }));
    for (const name of screen.getAllByLabelText("Name of the parameter").slice(-1)) await fill(user, name, "depth");
    await fill(user, screen.getByLabelText("Low of depth"), "1");
    await fill(user, screen.getByLabelText("High of depth"), "8");
    await fill(user, await screen.findByLabelText("What depth was in the results"), "3");
    expect(location.hash).toContain("fill.depth=3");
    await submit(user);
    await waitFor(() => expect(location.hash).toBe("#/trial/new-trial-1"));
    expect(forked(client)?.[2]).toMatchObject({ fill: { depth: 3 } });
  });

  it("has what the gateway refuses at its field", async () => {
    const client = withTrial();
    const problem = { field: "changes.budget.jobs", problem: "must be at most 50" };
    client.fork = () => Promise.reject(new ApiProblem(422, "refused", [problem]));
    const { user } = page(client, `/new?fork=${ID}`);
    await screen.findByDisplayValue("digits (fork)");
    await submit(user);
    expect((await screen.findAllByText(/must be at most 50/)).length).toBeGreaterThan(0);
    expect(screen.queryByText(/changes\.budget/)).not.toBeInTheDocument();
  });
});
