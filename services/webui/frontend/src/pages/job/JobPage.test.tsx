import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { ApiProblem } from "../../api/problem";
import type { Job } from "../../api/types";
import { fakeClient, type World } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import JobPage from "./JobPage";

const ID = "digits-k3x9aa.7";
const { NOW } = samples;

// ECharts wants a canvas, which jsdom has not; what is drawn is tested with the charts.
vi.mock("../../charts/Curve", () => ({
  Curve: ({ name, points }: { name: string; points: { x: number; y: number }[] }) => (
    <div role="img" aria-label={`${name}: ${points.map(({ x, y }) => `${x}/${y}`).join(" ")}`} />
  ),
}));
vi.mock("../../charts/TargetGraph", () => ({
  TargetGraph: ({ graph }: { graph: { name: string } }) => <div role="img" aria-label={`graph ${graph.name}`} />,
}));

const running = (changes: Partial<Job> = {}): Job =>
  samples.job({
    state: "running",
    loss: null,
    metrics: {},
    finished_at: null,
    attempts: [{ ...one(), ended_at: null, exit: null }],
    ...changes,
  });
const [FIRST] = samples.job().attempts;
if (!FIRST) throw new Error("the sample job has no attempt");
const one = (): Job["attempts"][number] => FIRST;

function open(job: Job = samples.job(), { query = "", ...world }: Partial<World> & { query?: string } = {}) {
  const client = fakeClient({
    jobs: { [job.job_id]: job },
    details: { [job.trial_id]: samples.trial() },
    specs: { [job.trial_id]: samples.spec() },
    ...world,
  });
  return show(<JobPage jobId={job.job_id} />, { client, at: `/job/${job.job_id}${query}` });
}

beforeEach(() => {
  vi.setSystemTime(NOW * 1000);
  return () => vi.useRealTimers();
});

describe("the job page", () => {
  it("shows what the job was given, what it gave, and that it is the best", async () => {
    open();
    expect(await screen.findByRole("heading", { level: 1, name: "Job 7 of digits" })).toBeVisible();
    expect(document.title).toBe("Job 7 of digits · Hyperdock");
    expect(screen.getByRole("link", { name: "digits" })).toHaveAttribute("href", "#/trial/digits-k3x9aa");
    const summary = within(screen.getByRole("region", { name: "Summary" }));
    expect(summary.getByText("0.0213")).toBeVisible();
    expect(summary.getByText("best of the trial")).toBeVisible();
    expect(summary.getByText("20 s")).toBeVisible();
    expect(summary.getByRole("link", { name: "ant-1" })).toHaveAttribute("href", "#/workers?worker=ant-1");
    expect(within(screen.getByRole("region", { name: "Parameters" })).getByRole("row", { name: "gamma 0.011" })).toBeVisible();
    expect(within(screen.getByRole("region", { name: "Metrics" })).getByRole("row", { name: "accuracy 0.9787" })).toBeVisible();
  });

  it("flattens groups of parameters, and copies them as they were", async () => {
    const user = userEvent.setup();
    const params = { model: { depth: 3 }, "a.b": [1, 2] };
    open(samples.job({ params }));
    expect(await screen.findByRole("row", { name: "model.depth 3" })).toBeVisible();
    expect(screen.getByRole("row", { name: "a\\.b [1,2]" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Copy the parameters as JSON" }));
    expect(JSON.parse(await navigator.clipboard.readText())).toEqual(params);
  });

  it("says so where there is no such job", async () => {
    show(<JobPage jobId="gone-1.3" />);
    expect(await screen.findByRole("alert")).toHaveTextContent("there is no job gone-1.3");
    expect(screen.getByRole("heading", { level: 1, name: "Job 3" })).toBeVisible();
  });

  it("can be tried again where the gateway is away", async () => {
    const user = userEvent.setup();
    const client = fakeClient({ jobs: { [ID]: samples.job() } });
    client.fail("job", new ApiProblem(0, "The gateway does not answer."));
    show(<JobPage jobId={ID} />, { client });
    const again = await screen.findByRole("button", { name: "Try again" });
    client.fail("job", undefined);
    await user.click(again);
    expect(await screen.findByRole("region", { name: "Summary" })).toBeVisible();
  });

  it("becomes new when the feed tells of its end", async () => {
    const { client } = open(running());
    expect(await screen.findByText("running")).toBeVisible();
    await waitFor(() => expect(client.followed()).toMatchObject([{ topics: [`job:${ID}`], after: 1_000 }]));
    client.world.jobs[ID] = samples.job();
    act(() =>
      client.tell(
        samples.event("job.finished.v1", {
          trial_id: "digits-k3x9aa",
          job_id: ID,
          attempt: 1,
          worker_id: "ant-1",
          outcome: { kind: "succeeded", loss: 0.0213 },
          metrics: {},
          graphs: [],
          runner: {},
        }),
      ),
    );
    expect(await screen.findByText("succeeded")).toBeVisible();
  });

  it("shows the newest loss while it runs", async () => {
    open(running({ last_metric: { step: 12, values: { loss: 0.5 } } }));
    expect(await screen.findByText("0.5 at step 12")).toBeVisible();
  });

  it("goes to the jobs before and after, also by keys", async () => {
    const user = userEvent.setup();
    open();
    await screen.findByRole("link", { name: "digits" });
    await user.click(screen.getByRole("button", { name: "Job before" }));
    expect(location.hash).toBe("#/job/digits-k3x9aa.6");
    await user.keyboard("j");
    expect(location.hash).toBe("#/job/digits-k3x9aa.8");
  });

  it("has no job after the last one", async () => {
    open(samples.job({ job_id: "digits-k3x9aa.12", number: 12 }));
    await screen.findByRole("link", { name: "digits" });
    expect(screen.getByRole("button", { name: "Job after" })).toBeDisabled();
    expect(screen.getByRole("button", { name: "Job before" })).toBeEnabled();
  });

  it("says where a job that runs again came from", async () => {
    open(samples.job({ origin: "retry", retry_of: "digits-k3x9aa.3" }));
    expect(await screen.findByRole("link", { name: "job 3" })).toHaveAttribute("href", "#/job/digits-k3x9aa.3");
  });
});

describe("the verdict", () => {
  it("says why the job failed and where to look", async () => {
    const user = userEvent.setup();
    const failed = samples.job({ state: "failed", loss: null, reason: "exit_code", message: "the target ended with exit code 3" });
    open(failed, { query: "?tab=attempts" });
    const verdict = within(await screen.findByRole("region", { name: "The target ended with an error" }));
    expect(verdict.getByText("the target ended with exit code 3")).toBeVisible();
    await user.click(verdict.getByRole("button", { name: "Show the log" }));
    expect(await screen.findByRole("log")).toBeVisible();
    expect(location.hash).toBe(`#/job/${ID}`);
  });

  it("strikes a retracted result through", async () => {
    open(samples.job({ loss: null, retracted: { reason: "wrong data", at: NOW - 60, loss: 0.0213 } }));
    expect(await screen.findByRole("region", { name: "The result was retracted" })).toHaveTextContent("wrong data");
    expect(screen.getByText("0.0213", { selector: "s" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Retract" })).toBeNull();
  });

  it("says who stopped it", async () => {
    open(samples.job({ state: "cancelled", loss: null, reason: "wall_time", stop_requested: "wall_time" }));
    expect(await screen.findByRole("region", { name: "The job was stopped" })).toHaveTextContent("The trial's time was up.");
  });

  it("says that it was pruned, and at which step", async () => {
    open(samples.job({ state: "pruned", loss: null, message: "pruned at step 5" }));
    expect(await screen.findByRole("region", { name: "The job was pruned" })).toHaveTextContent("pruned at step 5");
  });

  it("says why it waits, with the way to the workers", async () => {
    const pending = running({ state: "pending", attempt: 0, attempts: [], worker_id: null, started_at: null });
    open(pending, { workers: [samples.worker({ slots: 1 })] });
    const verdict = within(await screen.findByRole("region", { name: /No slot is free: 1 job on 1 slot/ }));
    expect(verdict.getByRole("link", { name: "Workers" })).toHaveAttribute("href", "#/workers");
    expect(screen.getByText("No log yet")).toBeVisible();
  });
});

describe("what can be done with a job", () => {
  it("stops one that runs, after asking", async () => {
    const user = userEvent.setup();
    const { client } = open(running());
    await waitFor(() => expect(screen.getByRole("button", { name: "Stop" })).toBeEnabled());
    await user.click(screen.getByRole("button", { name: "Stop" }));
    await user.click(await screen.findByRole("button", { name: "Stop the job" }));
    expect(client.calls).toContainEqual(["stopJob", ID]);
  });

  it("does not ask twice for a stop", async () => {
    open(running({ stop_requested: "user" }));
    expect(await screen.findByRole("button", { name: "Stopping" })).toBeDisabled();
    expect(screen.getByRole("region", { name: "The job is being stopped" })).toBeVisible();
  });

  it("retries one that failed, and says what went wrong where that is refused", async () => {
    const user = userEvent.setup();
    const { client } = open(samples.job({ state: "failed", loss: null, reason: "timeout" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Retry" })).toBeEnabled());
    client.fail("retryJob", new ApiProblem(409, "the trial has ended"));
    await user.click(screen.getByRole("button", { name: "Retry" }));
    expect(await screen.findByText("the trial has ended")).toBeVisible();
    expect(client.calls).toContainEqual(["retryJob", ID]);
  });

  it("retracts a result with its reason", async () => {
    const user = userEvent.setup();
    const { client } = open();
    await waitFor(() => expect(screen.getByRole("button", { name: "Retract" })).toBeEnabled());
    await user.click(screen.getByRole("button", { name: "Retract" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("Reason"), "wrong data");
    await user.click(dialog.getByRole("button", { name: "Retract" }));
    expect(client.calls).toContainEqual(["retractJob", ID, "wrong data"]);
  });

  it("enqueues a point that begins with its parameters", async () => {
    const user = userEvent.setup();
    open();
    await waitFor(() => expect(screen.getByRole("button", { name: "Enqueue like this" })).toBeEnabled());
    await user.click(screen.getByRole("button", { name: "Enqueue like this" }));
    expect(await screen.findByDisplayValue("3.2")).toBeVisible();
  });

  it("links to a clone of the trial", async () => {
    open();
    expect(await screen.findByRole("link", { name: "Clone trial" })).toHaveAttribute("href", "#/new?clone=digits-k3x9aa");
  });

  it("is closed to a token that may only read", async () => {
    const user = userEvent.setup();
    open(running(), { scopes: ["read"] });
    const stop = await screen.findByRole("button", { name: "Stop" });
    expect(stop).toBeDisabled();
    expect(screen.getByRole("button", { name: "Enqueue like this" })).toBeDisabled();
    await user.hover(stop.parentElement ?? stop);
    expect(await screen.findByText("Your token may only read")).toBeVisible();
  });
});

describe("the plots of a job", () => {
  const report = (step: number, loss: number) => ({ step, values: { loss }, at: NOW, attempt: 1 });

  it("draw what it reported, and what it reports now", async () => {
    const { client } = open(running(), { query: "?tab=plots", metrics: { [ID]: [report(1, 3)] } });
    expect(await screen.findByRole("img", { name: "loss: 1/3" })).toBeVisible();
    const data = { trial_id: "digits-k3x9aa", job_id: ID, attempt: 1, worker_id: "ant-1", step: 2, values: { loss: 2 } };
    act(() => client.tell(samples.event("job.metric_reported.v1", data), samples.event("job.metric_reported.v1", data)));
    expect(await screen.findByRole("img", { name: "loss: 1/3 2/2" })).toBeVisible();
  });

  it("reads all pages of what it reported", async () => {
    const client = fakeClient({ jobs: { [ID]: samples.job() }, details: { "digits-k3x9aa": samples.trial() } });
    const page = (items: ReturnType<typeof report>[], next_cursor: string | null) =>
      Promise.resolve({ items, next_cursor, position: 1_000 });
    client.metrics = (_, cursor) => (cursor === undefined ? page([report(1, 3)], "b") : page([report(2, 2)], null));
    show(<JobPage jobId={ID} />, { client, at: `/job/${ID}?tab=plots` });
    expect(await screen.findByRole("img", { name: "loss: 1/3 2/2" })).toBeVisible();
  });

  it("draw the target's own graphs", async () => {
    const graphs = [{ name: "Confusion", x_axis: "x", y_axis: "y", series: [{ label: "a", x: [1], y: [2] }] }];
    open(samples.job({ graphs }), { query: "?tab=plots" });
    expect(await screen.findByRole("img", { name: "graph Confusion" })).toBeVisible();
  });

  it("say how to get some where there are none", async () => {
    open(samples.job(), { query: "?tab=plots" });
    expect(await screen.findByText("The job left nothing to plot")).toBeVisible();
    expect(screen.getByText("/hyperdock/metrics.jsonl")).toBeVisible();
  });
});

describe("the attempts of a job", () => {
  const two = running({
    attempt: 2,
    attempts: [
      { ...one(), ended_at: NOW - 150, lost: "its worker was silent for too long" },
      {
        ...one(),
        attempt: 2,
        worker_id: "bee-1",
        started_at: NOW - 100,
        ended_at: null,
        runner: { host: "bee", container: "hyperdock-7-2", image: "team/digits:1.2", image_digest: "sha256:bb22" },
        exit: null,
      },
    ],
  });

  it("say where each ran, and why one was lost", async () => {
    open(two, { query: "?tab=attempts" });
    const second = within(await screen.findByRole("region", { name: "Attempt 2" }));
    expect(second.getByText("sha256:bb22")).toBeVisible();
    expect(await second.findByText("1 min 40 s", {}, { timeout: 4_000 })).toBeVisible(); // at the next second
    expect(second.getByRole("link", { name: "bee-1" })).toHaveAttribute("href", "#/workers?worker=bee-1");
    const first = screen.getByRole("region", { name: "Attempt 1" });
    expect(first).toHaveTextContent("Lost: its worker was silent for too long. No heartbeat came in time.");
  });

  it("each lead to their log", async () => {
    const user = userEvent.setup();
    const { client } = open(two, { query: "?tab=attempts", logs: { [ID]: "hello\n" } });
    const first = within(await screen.findByRole("region", { name: "Attempt 1" }));
    await user.click(first.getByRole("button", { name: "Show its log" }));
    expect(await screen.findByRole("log", { name: "Log of attempt 1" })).toBeVisible();
    expect(client.calls).toContainEqual(["log", ID, { attempt: 1, offset: -65536, limit: 65536 }]);
    expect(location.hash).toContain("attempt=1");
    await user.click(screen.getByText("Attempt 2", { selector: "label *" }));
    expect(await screen.findByRole("log", { name: "Log of attempt 2" })).toBeVisible();
  });

  it("are not there yet while the job waits", async () => {
    open(running({ state: "pending", attempt: 0, attempts: [] }), { query: "?tab=attempts" });
    expect(await screen.findByText("No attempt yet")).toBeVisible();
  });
});
