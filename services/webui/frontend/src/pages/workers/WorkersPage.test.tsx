import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { ApiProblem } from "../../api/problem";
import type { Worker } from "../../api/types";
import { fakeClient, type World } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import WorkersPage from "./WorkersPage";

const NOW = Date.now() / 1000;
const worker = (changes: Partial<Worker> = {}): Worker =>
  samples.worker({ registered_at: NOW - 7_300, updated_at: NOW - 2, last_seen: NOW - 2, running: {}, ...changes });
const runs = (number: number, slot: number, attempt = 1) => ({
  [`digits-k3x9aa.${number}`]: { trial_id: "digits-k3x9aa", attempt, slot, since: NOW - 200 },
});
const page = (workers: Worker[], at = "/workers", world: Partial<World> = {}) =>
  show(<WorkersPage />, { client: fakeClient({ workers, ...world }), at });
const names = () => screen.queryAllByRole("heading", { level: 2 }).map((each) => each.textContent);
const card = (id: string) => screen.getByRole("heading", { name: id }).closest("li") as HTMLElement;
const address = () => new URLSearchParams(location.hash.split("?")[1] ?? "");

describe("WorkersPage", () => {
  it("sums up what is there", async () => {
    page([
      worker({ running: runs(1, 0), gpus: 2 }),
      worker({ worker_id: "bee-1", slots: 2, draining: true }),
      worker({ worker_id: "cat-1", state: "lost", reason: "no heartbeat" }),
    ]);
    const summary = await screen.findByLabelText("All workers");
    for (const [name, value] of [
      ["alive", "2"],
      ["slots in use", "1 of 6"],
      ["GPUs", "2"],
      ["draining", "1"],
      ["lost today", "1"],
    ] as const)
      expect(within(summary).getByText(name).nextElementSibling).toHaveTextContent(value);
    expect(document.title).toBe("Workers · Hyperdock");
  });

  it("shows of each worker what it is and does", async () => {
    page([worker({ pool: "gpu", gpus: 1, running: { ...runs(12, 2, 2) } })]);
    await screen.findByRole("heading", { name: "ant-1" });
    const shown = card("ant-1");
    expect(shown).toHaveTextContent("ant · pool gpu");
    expect(shown).toHaveTextContent("docker, process · 1 GPU");
    expect(shown).toHaveTextContent("version 0.1.0 · began 2 h ago");
    expect(shown).toHaveTextContent("1 of 4 slots in use");
    const slots = within(shown).getByRole("list", { name: "Slots of ant-1" });
    expect(within(slots).getAllByRole("listitem")).toHaveLength(4);
    const busy = within(slots).getByRole("link", { name: /^job 12 of digits, for 3 min/ });
    expect(busy).toHaveAttribute("href", "#/job/digits-k3x9aa.12");
    const list = within(shown).getByRole("list", { name: "What ant-1 runs" });
    expect(list).toHaveTextContent("job 12of digitsslot 3attempt 2");
    expect(within(list).getByRole("link", { name: "digits" })).toHaveAttribute("href", "#/trial/digits-k3x9aa");
  });

  it("says when it was heard of last, and warns when that is long ago", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: NOW * 1000 }); // however long the page takes
    onTestFinished(() => void vi.useRealTimers());
    page([
      worker(),
      worker({ worker_id: "bee-1", last_seen: NOW - 44 }),
      worker({ worker_id: "cat-1", last_seen: null }),
    ]);
    await screen.findByRole("heading", { name: "ant-1" });
    expect(card("ant-1")).toHaveTextContent("heartbeat just now");
    expect(card("bee-1")).toHaveTextContent(/no heartbeat since 4\d s ago/);
    expect(card("cat-1")).toHaveTextContent("no heartbeat yet");
  });

  it("shows news of the feed at once", async () => {
    const { client } = page([worker()]);
    await screen.findByRole("heading", { name: "ant-1" });
    expect(client.followed()).toEqual([{ topics: ["workers"], after: null, logs: [] }]);
    client.world.workers = [worker({ draining: true })];
    act(() => client.tell(samples.event("worker.drain_set.v1", { worker_id: "ant-1", draining: true })));
    expect(await screen.findByRole("button", { name: "Undrain ant-1" })).toBeInTheDocument();
    expect(within(card("ant-1")).getByText("draining")).toBeInTheDocument();
  });

  it("drains after asking, and undrains", async () => {
    const { client } = page([worker(), worker({ worker_id: "bee-1", draining: true })]);
    await userEvent.click(await screen.findByRole("button", { name: "Drain ant-1" }));
    const dialog = await screen.findByRole("dialog", { name: "Drain ant-1?" });
    expect(client.calls.filter(([name]) => name === "drain")).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Drain" }));
    await userEvent.click(screen.getByRole("button", { name: "Undrain bee-1" }));
    expect(client.calls.filter(([name]) => name === "drain")).toEqual([
      ["drain", "ant-1", true],
      ["drain", "bee-1", false],
    ]);
    expect(await screen.findByText("ant-1 takes no more jobs")).toBeInTheDocument();
  });

  it("lets nobody drain without the right to, and says why", async () => {
    const { client } = page([worker()], "/workers", { scopes: ["read"] });
    await screen.findByRole("heading", { name: "ant-1" });
    const button = () => screen.getByRole("button", { name: "Drain ant-1" });
    await waitFor(() => expect(button()).toHaveAttribute("aria-disabled", "true"));
    await userEvent.hover(button());
    expect(await screen.findByText("Your token may only read")).toBeInTheDocument();
    await userEvent.click(button());
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(client.calls.map(([name]) => name)).not.toContain("drain");
  });

  it("filters by host, pool and state, in the address", async () => {
    const bee = worker({ worker_id: "bee-1", host: "bee", pool: "gpu" });
    page([worker(), bee, { ...bee, worker_id: "bee-2", draining: true }]);
    await userEvent.type(await screen.findByRole("textbox", { name: "Search by host or id" }), "BEE");
    expect(names()).toEqual(["bee-1", "bee-2"]);
    expect(address().get("q")).toBe("BEE");
    await userEvent.click(screen.getByRole("combobox", { name: "State" }));
    await userEvent.click(await screen.findByRole("option", { name: "draining" }));
    expect(names()).toEqual(["bee-2"]);
    expect(address().get("state")).toBe("draining");
  });

  it("takes filters from the address, and offers a way out when nothing fits", async () => {
    page([worker()], "/workers?pool=gpu");
    expect(await screen.findByRole("heading", { name: "No worker is like this" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Show all" }));
    expect(names()).toEqual(["ant-1"]);
  });

  it("folds away workers that left", async () => {
    page([worker(), worker({ worker_id: "old-1", state: "left" })]);
    await screen.findByRole("heading", { name: "ant-1" });
    expect(names()).toEqual(["ant-1"]);
    await userEvent.click(screen.getByRole("switch", { name: "Show 1 that are gone" }));
    expect(names()).toEqual(["ant-1", "old-1"]);
    expect(screen.queryByRole("button", { name: "Drain old-1" })).toBeNull();
  });

  it("opens a worker to its recent jobs, and keeps that in the address", async () => {
    const failed = samples.job({ finished_at: NOW - 100, reason: "exit_code", state: "failed" });
    const { client } = page([worker()], "/workers", { jobs: { a: failed } });
    await userEvent.click(await screen.findByRole("button", { name: "Details of ant-1" }));
    expect(address().get("worker")).toBe("ant-1");
    const recent = await screen.findByRole("region", { name: "Recent jobs of ant-1" });
    expect(within(recent).getByRole("link", { name: "job 7" })).toHaveAttribute("href", "#/job/digits-k3x9aa.7");
    expect(recent).toHaveTextContent("failedexit code");
    expect(client.calls).toContainEqual(["jobs", { worker_id: "ant-1", limit: 12 }]);
    expect(screen.getByRole("link", { name: "Its events" })).toHaveAttribute("href", "#/activity?worker=ant-1");
    await userEvent.click(screen.getByRole("button", { name: "Details of ant-1" }));
    expect(address().get("worker")).toBeNull();
  });

  it("opens the worker of a link and scrolls to it, though it is gone", async () => {
    const scroll = vi.spyOn(Element.prototype, "scrollIntoView");
    page([worker(), worker({ worker_id: "old-1", state: "left" })], "/workers?worker=old-1");
    expect(await screen.findByText("It has had no job yet.")).toBeInTheDocument();
    expect(scroll).toHaveBeenCalledOnce();
    expect(scroll.mock.contexts[0]).toBe(card("old-1"));
  });

  it("says so when there is no such worker", async () => {
    page([worker()], "/workers?worker=nobody");
    expect(await screen.findByText("There is no worker nobody")).toBeInTheDocument();
  });

  it("bears 200 workers, and then shows runs only of the one that is open", async () => {
    const fleet = Array.from({ length: 200 }, (_, index) =>
      worker({ worker_id: `ant-${index}`, host: `ant-${index}`, slots: 4, running: runs(index, index % 4) }),
    );
    page(fleet, "/workers?worker=ant-7");
    await waitFor(() => expect(document.querySelectorAll("h2")).toHaveLength(200), { timeout: 50_000 });
    expect(document.querySelectorAll('[aria-label^="Slots of"] > li')).toHaveLength(800);
    const lists = [...document.querySelectorAll('[aria-label^="What "]')];
    expect(lists.map((each) => each.getAttribute("aria-label"))).toEqual(["What ant-7 runs"]);
    expect(screen.getByLabelText("All workers")).toHaveTextContent("200 of 800");
  }, 60_000);

  it("says how to start a worker when there is none", async () => {
    page([]);
    expect(await screen.findByRole("heading", { name: "There is no worker yet" })).toBeInTheDocument();
    expect(screen.getByText("hyperdock-worker --help")).toBeInTheDocument();
  });

  it("says so when all are gone", async () => {
    page([worker({ state: "left" })]);
    expect(await screen.findByRole("heading", { name: "No worker is here now" })).toBeInTheDocument();
  });

  it("tries again when the workers cannot be read", async () => {
    const client = fakeClient({ workers: [worker()] });
    client.fail("workers", new ApiProblem(503, "the views do not answer"));
    show(<WorkersPage />, { client, at: "/workers" });
    expect(await screen.findByText("the views do not answer")).toBeInTheDocument();
    client.fail("workers", undefined);
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "ant-1" })).toBeInTheDocument();
  });
});
