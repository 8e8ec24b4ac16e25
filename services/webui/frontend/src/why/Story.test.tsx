import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { ApiProblem } from "../api/problem";
import type { Why } from "../api/types";
import JobPage from "../pages/job/JobPage";
import TrialPage from "../pages/trial/TrialPage";
import { fakeClient } from "../testing/fakeClient";
import * as samples from "../testing/samples";
import { show } from "../testing/show";
import { toneOf } from "./tone";

vi.mock("../charts/plots/HistoryPlot", () => ({ HistoryPlot: () => <p>history of losses</p> }));

const TRIAL = "digits-k3x9aa";
const JOB = `${TRIAL}.7`;
const because = { position: 9, event_id: "event-9", type: "job.finished.v1" };
const STORY = samples.story(
  samples.sentence(10, "proposed as job 7", { type: "job.proposed.v1", because }),
  samples.sentence(12, "claimed by ant-1, slot 1", { at: samples.NOW + 10.25 }),
);

function open(id: string, story: Why | undefined = STORY) {
  const client = fakeClient({
    jobs: { [JOB]: samples.job() },
    details: { [TRIAL]: samples.trial() },
    specs: { [TRIAL]: samples.spec() },
    columns: { [TRIAL]: samples.columns(12) },
    stories: { [id]: story },
  });
  const isJob = id === JOB;
  return show(isJob ? <JobPage jobId={JOB} /> : <TrialPage trialId={TRIAL} tab="why" />, {
    client,
    at: isJob ? `/job/${JOB}?tab=why` : `/trial/${TRIAL}/why`,
  });
}

const steps = async () => within(await screen.findByRole("list", { name: /^Why / })).getAllByRole("listitem");

describe("the story", () => {
  it.each([JOB, TRIAL])("of %s is told step by step, each after the one before", async (id) => {
    open(id);
    const [first, second] = await steps();
    expect(first).toHaveTextContent("proposed as job 7#10 follows from #9");
    expect(second).toHaveTextContent("+250 msclaimed by ant-1, slot 1#12");
  });

  it("leads to each event and to what it follows from", async () => {
    open(JOB);
    const [first] = await steps();
    const links = within(first ?? document.body).getAllByRole("link");
    expect(links.map((each) => each.getAttribute("href"))).toEqual(["#/activity?event=10", "#/activity?event=9"]);
    expect(links[1]).toHaveAttribute("title", "job.finished.v1");
  });

  it("stands behind a tab of the job, which the address names", async () => {
    const { client } = open(JOB);
    await steps();
    await userEvent.click(screen.getByRole("tab", { name: "Attempts" }));
    await userEvent.click(screen.getByRole("tab", { name: "Why" }));
    await steps();
    expect(location.hash).toContain("tab=why");
    expect(client.calls).toContainEqual(["whyJob", JOB]);
  });

  it("goes on when the job does", async () => {
    const { client } = open(JOB);
    await steps();
    await waitFor(() => expect(client.followed()).toHaveLength(1));
    client.world.stories[JOB] = samples.story(...STORY.items, samples.sentence(20, "pruned at step 12"));
    client.world.jobs[JOB] = samples.job({ state: "pruned", loss: null });
    act(() =>
      client.tell(
        samples.event("job.finished.v1", {
          trial_id: TRIAL,
          job_id: JOB,
          attempt: 1,
          worker_id: "ant-1",
          outcome: { kind: "pruned", step: 12 },
          metrics: {},
          graphs: [],
          runner: {},
        }),
      ),
    );
    expect(await screen.findByText("pruned at step 12")).toBeVisible();
  });

  it("goes on when the trial does", async () => {
    const { client } = open(TRIAL);
    await steps();
    await waitFor(() => expect(client.followed()).toHaveLength(1));
    client.world.stories[TRIAL] = samples.story(...STORY.items, samples.sentence(20, "paused by ana"));
    client.world.details[TRIAL] = samples.trial({ state: "paused" });
    act(() => client.tell(samples.event("trial.paused.v1", { trial_id: TRIAL })));
    expect(await screen.findByText("paused by ana")).toBeVisible();
  });

  it("says where it breaks off, and where it has not begun", async () => {
    const { unmount } = open(JOB, { ...STORY, whole: false });
    expect(await screen.findByText(/^It goes on, but too much else happened/)).toBeVisible();
    unmount();
    open(JOB, samples.story());
    expect(await screen.findByText("Nothing is recorded yet")).toBeVisible();
  });

  it("can be asked for again where the gateway was away", async () => {
    const client = fakeClient({ jobs: { [JOB]: samples.job() }, stories: { [JOB]: STORY } });
    client.fail("whyJob", new ApiProblem(0, "The gateway does not answer."));
    show(<JobPage jobId={JOB} />, { client, at: `/job/${JOB}?tab=why` });
    const again = await screen.findByRole("button", { name: "Try again" });
    client.fail("whyJob", undefined);
    await userEvent.click(again);
    expect(await steps()).toHaveLength(2);
  });
});

describe("the dot of a sentence", () => {
  it.each([
    ["job.attempt_lost.v1", "attempt 1 on w lost: silence", "bad"],
    ["job.finished.v1", "failed (out of memory)", "bad"],
    ["trial.finished.v1", "ended as failed: none succeeded", "bad"],
    ["job.finished.v1", "ended: loss 0.4, the first result", "good"],
    ["job.finished.v1", "pruned at step 12", "plain"],
    ["job.claimed.v1", "claimed by w, slot 1", "plain"],
    ["trial.paused.v1", "paused by ann", "user"],
    ["job.stop_requested.v2", "a stop was asked for", "user"],
    ["trial.finished.v1", "ended as completed", "plain"],
    ["trial.finished.v1", "ended as completed: all jobs are done (25 succeeded, 15 failed)", "plain"],
  ])("of %s, %s, is %s", (type, text, tone) => {
    expect(toneOf({ type, text })).toBe(tone);
  });
});
