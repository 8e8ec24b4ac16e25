import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { Job } from "../../api/types";
import { fakeClient } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import JobPage from "./JobPage";

const ID = "digits-k3x9aa.7";
const TRIAL = "digits-k3x9aa";
const EVENT = samples.event("trial.resumed.v1", { trial_id: TRIAL }, 14, { occurred_at: samples.NOW });
const RUNNING = samples.job({ state: "running", loss: null, metrics: {}, finished_at: null });

function open(then: Record<string, Job>) {
  const client = fakeClient({
    jobs: { [ID]: samples.job() },
    details: { [TRIAL]: samples.trial() },
    specs: { [TRIAL]: samples.spec() },
    events: [EVENT],
    past: { 14: { jobs: then } },
  });
  return show(<JobPage jobId={ID} />, { client, at: `/job/${ID}?at=14` });
}

const summary = async () => within(await screen.findByRole("region", { name: "Summary" }));

describe("the past of a job", () => {
  it("is shown as it was, and nothing can be done with it", async () => {
    const { client } = open({ [ID]: RUNNING });
    const bar = await screen.findByRole("region", { name: "Time travel" });
    await waitFor(() => expect(bar).toHaveTextContent(/As of .*, event 14\. Its log and its files are as they are now/));
    expect((await summary()).getByText("running")).toBeVisible();
    expect(screen.getByRole("button", { name: "Stop" })).toBeDisabled();
    expect(screen.getByRole("link", { name: "digits" })).toHaveAttribute("href", `#/trial/${TRIAL}?at=14`);
    expect(client.followed()).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Job after" }));
    expect(location.hash).toBe(`#/job/${TRIAL}.8?at=14`);
  });

  it("is left for today", async () => {
    open({ [ID]: RUNNING });
    await summary();
    await userEvent.click(screen.getByRole("button", { name: "Back to now" }));
    await waitFor(async () => expect((await summary()).getByText("0.0213")).toBeVisible());
    expect(location.hash).toBe(`#/job/${ID}`);
    expect(screen.queryByRole("region", { name: "Time travel" })).not.toBeInTheDocument();
  });

  it("says that the job was not there yet, with the way back", async () => {
    open({});
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no such thing");
    expect(screen.getByRole("button", { name: "Back to now" })).toBeVisible();
  });
});
