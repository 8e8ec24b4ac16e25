import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { EventQuery } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import type { EventFrame, RecordedEvent } from "../../api/types";
import { fakeClient, type World } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import ActivityPage from "./ActivityPage";

const T = "digits-k3x9aa";

type Changes = Partial<RecordedEvent>;
const started = (number: number, position: number, worker_id = "ant-1", changes: Changes = {}): EventFrame =>
  samples.event(
    "job.started.v1",
    { trial_id: T, job_id: `${T}.${number}`, attempt: 1, worker_id, runner: {} },
    position,
    changes,
  );
const joined = (worker_id: string, position: number): EventFrame =>
  samples.event(
    "worker.registered.v1",
    { worker_id, host: "ant", pool: "default", slots: 2, runtimes: [], version: "0.1.0", gpus: 0, attempts: [] },
    position,
    { stream: `worker-${worker_id}`, producer: worker_id },
  );
const submitted = (position: number, changes: Changes = {}): EventFrame =>
  samples.event("trial.submitted.v1", { trial_id: T, spec: {}, forked_from: null, paused: false }, position, { actor: "ana", ...changes });

const many = (count: number): RecordedEvent[] =>
  Array.from({ length: count }, (_, index) => started(index + 1, index + 1));
const page = (events: RecordedEvent[], at = "/activity", world: Partial<World> = {}) =>
  show(<ActivityPage />, { client: fakeClient({ events, ...world }), at });
const positions = () =>
  screen.queryAllByRole("button", { name: /^Event \d+$/ }).map((each) => Number(each.textContent.slice(1)));
const address = () => new URLSearchParams(location.hash.split("?")[1] ?? "");
const asked = (client: ReturnType<typeof fakeClient>) =>
  client.calls.filter(([name]) => name === "events").map(([, query]) => query as EventQuery);

describe("ActivityPage", () => {
  it("shows the newest event first, in words, with links", async () => {
    page([submitted(1), joined("ant-1", 2), started(12, 3)]);
    const newest = await screen.findByRole("button", { name: "Event 3" });
    expect(positions()).toEqual([3, 2, 1]);
    const first = newest.closest<HTMLElement>("[role=row]") ?? document.body;
    expect(first).toHaveTextContent("job 12 of digits: started on ant-1");
    expect(within(first).getByRole("link", { name: "job 12" })).toHaveAttribute("href", `#/job/${T}.12`);
    expect(within(first).getByRole("link", { name: "ant-1" })).toHaveAttribute("href", "#/workers?worker=ant-1");
    expect(document.title).toBe("Activity · Hyperdock");
  });

  it("follows the feed behind the newest event, puts what it hears on top, and shows nothing twice", async () => {
    const { client } = page(many(3));
    await screen.findByRole("button", { name: "Event 3" });
    await waitFor(() => expect(client.followed()).toEqual([{ topics: null, after: 3, logs: [] }]));
    act(() => client.tell(started(3, 3), started(4, 4), joined("bee-1", 5)));
    await screen.findByRole("button", { name: "Event 5" });
    act(() => client.connection("away"));
    act(() => client.connection("live"));
    act(() => client.tell(joined("bee-1", 5), started(6, 6)));
    await screen.findByRole("button", { name: "Event 6" });
    expect(positions()).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it("loses nothing of what is heard while older events are read", async () => {
    const client = fakeClient({ events: many(260) });
    const answer = client.events.bind(client);
    let release: () => void = () => undefined;
    client.events = async (query) => {
      if (query.before !== Number.MAX_SAFE_INTEGER) await new Promise<void>((resolve) => (release = resolve));
      return answer(query);
    };
    show(<ActivityPage />, { client, at: "/activity?q=job+2+of" });
    await waitFor(() => expect(screen.getByText(/older than #61/)).toBeInTheDocument());
    act(() => client.tell(started(2, 261)));
    await screen.findByRole("button", { name: "Event 261" });
    act(() => release());
    await screen.findByRole("button", { name: "Event 2" });
    expect(positions()).toEqual([261, 2]);
  });

  it("holds the list while it is paused, counts what is new, and goes on", async () => {
    const { client } = page(many(2));
    await screen.findByRole("button", { name: "Event 2" });
    await userEvent.click(screen.getByRole("button", { name: "Pause" }));
    act(() => client.tell(started(3, 3), started(4, 4)));
    await userEvent.click(await screen.findByRole("button", { name: "2 new" }));
    expect(positions()).toEqual([4, 3, 2, 1]);
    expect(screen.getByRole("button", { name: "Pause" })).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: /new$/ })).toBeNull();
  });

  it("lets the gateway pick a trial and a type, and takes only these from the feed", async () => {
    const { client } = page([submitted(1), started(1, 2), joined("ant-1", 3)], `/activity?trial=${T}&type=job.started`);
    await screen.findByRole("button", { name: "Event 2" });
    expect(asked(client)[0]).toMatchObject({ stream: `trial-${T}`, type: "job.started" });
    act(() => client.tell(joined("bee-1", 4), started(2, 5)));
    await screen.findByRole("button", { name: "Event 5" });
    expect(positions()).toEqual([5, 2]);
  });

  it.each([
    ["kind=worker", [2]],
    ["worker=bee-1", [4, 2]],
    ["actor=ana", [1]],
    ["q=JOB+1", [3]],
    [`q=${encodeURIComponent(`"${T}.2"`)}`, [4]],
  ])("filters by the address: %s", async (query, left) => {
    page([submitted(1), joined("bee-1", 2), started(1, 3), started(2, 4, "bee-1")], `/activity?${query}`);
    await screen.findByRole("button", { name: `Event ${left[0] ?? 0}` });
    expect(positions()).toEqual(left);
  });

  it("keeps filters in the address", async () => {
    page([submitted(1), joined("bee-1", 2), started(1, 3)]);
    await screen.findByRole("button", { name: "Event 3" });
    await userEvent.click(screen.getByRole("radio", { name: "Workers" }));
    expect(positions()).toEqual([2]);
    expect(address().get("kind")).toBe("worker");
    await userEvent.click(screen.getByRole("radio", { name: "All" }));
    await userEvent.type(screen.getByRole("combobox", { name: "Trial" }), `${T}{Enter}`);
    await waitFor(() => expect(address().get("trial")).toBe(T));
    await waitFor(() => expect(positions()).toEqual([3, 1]));
  });

  it("reads further back by itself for a rare event, and asks before it reads on and on", async () => {
    const { client } = page(many(12_000), "/activity?q=trial+was+eaten");
    expect(await screen.findByText("No such event back to #1801.", {}, { timeout: 20_000 })).toBeInTheDocument();
    expect(asked(client)).toHaveLength(21);
    await userEvent.click(screen.getByRole("button", { name: "Look further back" }));
    await screen.findByRole("heading", { name: "No event is like this" });
    await userEvent.click(screen.getByRole("button", { name: "Show all events" }));
    await screen.findByRole("button", { name: "Event 12000" });
  }, 30_000);

  it("opens an event to its content and who said it, and closes it", async () => {
    page([submitted(1), started(12, 2)]);
    await userEvent.click(await screen.findByRole("button", { name: "Event 1" }));
    expect(address().get("event")).toBe("1");
    const panel = screen.getByRole("region", { name: "Event 1" });
    expect(panel).toHaveTextContent("Asked for byana");
    expect(within(panel).getByLabelText("Content")).toHaveTextContent(`"trial_id": "${T}"`);
    expect(panel).toHaveTextContent("It names no other event as its cause.");
    await userEvent.click(within(panel).getByRole("button", { name: "The event after" }));
    expect(await screen.findByRole("region", { name: "Event 2" })).toHaveTextContent("job 12 of digits: started");
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(address().get("event")).toBeNull();
  });

  it("opens the event of a link though the list does not reach so far, with the chain of its causes", async () => {
    const events = [
      submitted(1, { event_id: "first" }),
      started(1, 2, "ant-1", { event_id: "second", causation_id: "first" }),
      started(2, 3, "ant-1", { causation_id: "second", correlation_id: "first" }),
      ...many(900).slice(3),
    ];
    page(events, "/activity?event=3");
    const panel = await screen.findByRole("region", { name: "Event 3" });
    const trail = await within(panel).findByRole("navigation", { name: "Chain of causes" });
    const steps = within(trail).getAllByRole("listitem");
    expect(steps.map((each) => each.textContent)).toEqual([
      "#1 trial.submitted",
      "#2 job.started",
      "#3",
    ]);
    expect(panel).toHaveTextContent("because of #2 job.started: job 1 of digits: started on ant-1");
    await userEvent.click(within(trail).getByRole("link", { name: "#1 trial.submitted" }));
    expect(await screen.findByRole("region", { name: "Event 1" })).toHaveTextContent("trial digits was submitted");
  });

  it("says so when a cause is not in the log", async () => {
    page([started(1, 1, "ant-1", { causation_id: "a heartbeat" })], "/activity?event=1");
    expect(await screen.findByText(/Its cause is no longer in the log/)).toBeInTheDocument();
  });

  it("says so when there is no such event", async () => {
    page(many(2), "/activity?event=99");
    expect(await screen.findByText("there is no event 99")).toBeInTheDocument();
  });

  it("shows an administrator the messages that were set aside", async () => {
    const setAside = [{ reason: "not an event: unknown type", at: samples.NOW, body: "{\"type\": \"nonsense\"}" }];
    page(many(1), "/activity", { setAside });
    expect(await screen.findByText("1 message could not be processed")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Show them" }));
    const list = screen.getByRole("list", { name: "Messages that were set aside" });
    expect(list).toHaveTextContent("not an event: unknown type");
    expect(list).toHaveTextContent("nonsense");
  });

  it("does not ask for them with another token", async () => {
    const { client } = page(many(1), "/activity", { scopes: ["read", "submit"] });
    await screen.findByRole("button", { name: "Event 1" });
    expect(client.calls.map(([name]) => name)).toContain("me");
    expect(client.calls.map(([name]) => name)).not.toContain("setAside");
  });

  it("says what to do when nothing has happened", async () => {
    page([]);
    expect(await screen.findByRole("heading", { name: "Nothing has happened yet" })).toBeInTheDocument();
  });

  it("tries again when the events cannot be read", async () => {
    const client = fakeClient({ events: many(2) });
    client.fail("events", new ApiProblem(503, "the log does not answer"));
    show(<ActivityPage />, { client, at: "/activity" });
    expect(await screen.findByText("the log does not answer")).toBeInTheDocument();
    client.fail("events", undefined);
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("button", { name: "Event 2" })).toBeInTheDocument();
  });

  it("keeps what it has when older events cannot be read, and tries again", async () => {
    const client = fakeClient({ events: many(260) });
    const answer = client.events.bind(client);
    let isAway = true;
    client.events = (query) =>
      isAway && query.before !== Number.MAX_SAFE_INTEGER
        ? Promise.reject(new ApiProblem(0, "nobody answers"))
        : answer(query);
    show(<ActivityPage />, { client, at: "/activity?q=job+2+of" });
    expect(await screen.findByText("nobody answers")).toBeInTheDocument();
    isAway = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("button", { name: "Event 2" })).toBeInTheDocument();
  });
});
