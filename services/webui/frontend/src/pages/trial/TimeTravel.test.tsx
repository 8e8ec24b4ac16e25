import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Client } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { fakeClient, type World } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import TrialPage from "./TrialPage";
import { nextFrame } from "./useFilm";

vi.mock("../../charts/plots/HistoryPlot", () => ({ HistoryPlot: () => <p>history of losses</p> }));

const ID = "digits-k3x9aa";
const EVENTS = [10, 14, 20, 90].map((position) =>
  samples.event("trial.resumed.v1", { trial_id: ID }, position, { occurred_at: samples.NOW + position }),
);

/** A trial of five jobs today, and of as many as the position says in the past. */
function world(): Partial<World> {
  const of = (name: string, count: number): Partial<World> => ({
    details: { [ID]: samples.trial({ name }) },
    columns: { [ID]: samples.columns(count) },
  });
  return {
    ...of("today", 5),
    specs: { [ID]: samples.spec() },
    events: EVENTS,
    past: { 10: of("at ten", 1), 14: of("at fourteen", 2), 20: of("at twenty", 3), 90: of("at ninety", 5) },
  };
}

function open(address: string) {
  return show(<TrialPage trialId={ID} tab="overview" />, {
    client: fakeClient(world()),
    at: `/trial/${ID}/overview${address}`,
  });
}

const heading = (name: string) => screen.findByRole("heading", { level: 1, name });
const address = () => new URLSearchParams(location.hash.split("?")[1]).get("at");

beforeEach(() => {
  document.title = "";
});

describe("the past of a trial", () => {
  it("is entered from the head at the trial's last event, and left again", async () => {
    open("");
    await heading("today");
    expect(screen.queryByRole("slider", { name: "Moment" })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Go back in time" }));
    await heading("at ninety");
    expect(address()).toBe("90");
    await userEvent.click(screen.getByRole("button", { name: "Back to now" }));
    await heading("today");
    expect(address()).toBeNull();
  });

  it("can be forked, though nothing else can be done there", async () => {
    open("?at=14");
    await heading("at fourteen");
    expect(screen.getByRole("button", { name: "Clone" })).toHaveAttribute("aria-disabled", "true");
    await userEvent.click(screen.getByRole("button", { name: "Fork from here" }));
    expect(location.hash).toBe(`#/new?fork=${ID}&at=14`);
  });

  it("stands in the address, and says when it was", async () => {
    open("?at=14");
    await heading("at fourteen");
    const said = new Date((samples.NOW + 14) * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
    await waitFor(() => expect(screen.getByRole("region", { name: "Time travel" })).toHaveTextContent(`As of ${said}, event 14`));
    expect(screen.getByRole("slider", { name: "Moment" })).toHaveValue("14");
  });

  it("goes from event to event", async () => {
    open("?at=14");
    await heading("at fourteen");
    await userEvent.click(screen.getByRole("button", { name: "The next event" }));
    await heading("at twenty");
    await userEvent.click(screen.getByRole("button", { name: "The event before" }));
    await heading("at fourteen");
    await userEvent.click(screen.getByRole("button", { name: "The event before" }));
    await heading("at ten");
    expect(screen.getByRole("button", { name: "The event before" })).toHaveAttribute("aria-disabled", "true");
  });

  it("follows the slider once it rests", async () => {
    const { client } = open("?at=14");
    await heading("at fourteen");
    const slider = screen.getByRole("slider", { name: "Moment" });
    await waitFor(() => expect(slider).toHaveAttribute("max", "90"));
    for (const at of ["15", "17", "19", "20"]) fireEvent.change(slider, { target: { value: at } });
    expect(slider).toHaveValue("20");
    await heading("at twenty");
    expect(client.calls.filter(([name]) => name === "at").map(([, at]) => at)).toEqual([14, 20]);
  });

  it("steers nothing, and says why", async () => {
    open("?at=14");
    await heading("at fourteen");
    const pause = await screen.findByRole("button", { name: "Pause" });
    await waitFor(() => expect(pause).toHaveAttribute("aria-disabled", "true"));
    await userEvent.hover(pause);
    expect(await screen.findByRole("tooltip")).toHaveTextContent("go back to now");
  });

  it("hears no news of today", async () => {
    const { client } = open("?at=14");
    await heading("at fourteen");
    act(() => client.tell(samples.event("trial.paused.v1", { trial_id: ID }, 91)));
    expect(client.followed()).toEqual([]);
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("at fourteen");
  });

  it("says that a position is not there", async () => {
    const client = fakeClient(world());
    client.fail("event", new ApiProblem(404, "there is no event 900"));
    show(<TrialPage trialId={ID} tab="overview" />, { client, at: `/trial/${ID}/overview?at=900` });
    expect(await screen.findByText(/no event at position 900/)).toBeInTheDocument();
  });

  it("plays as a film until its end or until it is held", async () => {
    const events = Array.from({ length: 40 }, (_, place) => samples.event("trial.resumed.v1", { trial_id: ID }, 14 + place));
    show(<TrialPage trialId={ID} tab="overview" />, {
      client: fakeClient({ ...world(), events }),
      at: `/trial/${ID}/overview?at=14`,
    });
    await heading("at fourteen");
    await waitFor(() => expect(screen.getByRole("slider", { name: "Moment" })).toHaveAttribute("max", "53"));
    await userEvent.click(screen.getByRole("button", { name: "Play as a film" }));
    await waitFor(() => expect(Number(address())).toBeGreaterThan(15));
    await userEvent.click(screen.getByRole("button", { name: "Pause the film" }));
    expect(await screen.findByRole("button", { name: "Play as a film" })).toBeInTheDocument();
    history.replaceState(null, "", `#/trial/${ID}/overview?at=52`);
    act(() => void dispatchEvent(new HashChangeEvent("hashchange")));
    await userEvent.click(await screen.findByRole("button", { name: "Play as a film" }));
    await waitFor(() => expect(address()).toBe("53"));
    expect(await screen.findByRole("button", { name: "Play as a film" })).toBeInTheDocument();
  });

  it.each(["0", "007", "abc", "1e3", "2026-11-23T08:00:00Z"])("is not today where the address says at=%s", async (at) => {
    open(`?at=${at}`);
    expect(await screen.findByRole("alert")).toHaveTextContent(`at=${at}`);
    expect(screen.getByRole("heading", { level: 1, name: "The past" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Back to now" }));
    await heading("today");
  });

  it("leads to jobs as of the same moment", async () => {
    const client = fakeClient(world());
    const { unmount } = show(<TrialPage trialId={ID} tab="jobs" />, { client, at: `/trial/${ID}/jobs?at=14` });
    await heading("at fourteen");
    expect(await screen.findByRole("link", { name: "1" })).toHaveAttribute("href", `#/job/${ID}.1?at=14`);
    unmount();
    open("?at=14");
    await heading("at fourteen");
    const links = screen.getAllByRole("link").map((link) => link.getAttribute("href") ?? "");
    const ofTrials = links.filter((href) => /^#\/(job|trial)\//.test(href));
    expect(ofTrials.filter((href) => href.includes("/jobs?f=")).length).toBeGreaterThan(0);
    for (const href of ofTrials) expect(href).toMatch(/[?&]at=14\b/);
  });

  it("is what is exported; files are there as of now only", async () => {
    const { client } = open("?at=14");
    await heading("at fourteen");
    await userEvent.click(screen.getByRole("button", { name: "More" }));
    expect(await screen.findByRole("menuitem", { name: /Best job's files/ })).toHaveAttribute("aria-disabled", "true");
    expect(client.calls.map(([name]) => name)).not.toContain("download");
  });

  /** A client whose past is changed at one moment. */
  const changedAt = (position: number, change: (past: Client) => Partial<Client>) => {
    const client = fakeClient(world());
    const at = client.at.bind(client);
    client.at = (asked) => {
      const past = at(asked);
      return asked === position ? { ...past, ...change(past) } : past;
    };
    return client;
  };

  it("shows nothing of the moment before where the new one cannot be read", async () => {
    let isAway = true;
    const client = changedAt(20, (past) => ({
      trial: (id) => (isAway ? Promise.reject(new ApiProblem(422, "put together up to 7 so far")) : past.trial(id)),
    }));
    show(<TrialPage trialId={ID} tab="overview" />, { client, at: `/trial/${ID}/overview?at=14` });
    await heading("at fourteen");
    await userEvent.click(screen.getByRole("button", { name: "The next event" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("put together up to 7 so far");
    expect(screen.queryByText("at fourteen")).not.toBeInTheDocument();
    expect(screen.getByRole("region", { name: "Time travel" })).not.toHaveTextContent("ended");
    isAway = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await heading("at twenty");
  });

  it("does not take what was on its way for what was then", async () => {
    let arrive: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (arrive = resolve));
    const client = changedAt(14, (past) => ({
      columns: async (...asked) => held.then(() => past.columns(...asked)),
    }));
    show(<TrialPage trialId={ID} tab="jobs" />, { client, at: `/trial/${ID}/jobs?at=14` });
    await heading("at fourteen");
    await userEvent.click(screen.getByRole("button", { name: "The next event" }));
    await heading("at twenty");
    arrive();
    await waitFor(() => expect(screen.getAllByRole("grid")[0]).toHaveAttribute("aria-rowcount", "4"));
  });

  it("reads for the next moment only what may be otherwise then", async () => {
    const asked: string[] = [];
    const noted = (past: Client): Client =>
      new Proxy(past, {
        get: (target, name): unknown => {
          if (name !== "feed") asked.push(String(name));
          return Reflect.get(target, name);
        },
      });
    const client = fakeClient(world());
    const at = client.at.bind(client);
    client.at = (position) => noted(at(position));
    show(<TrialPage trialId={ID} tab="overview" />, { client, at: `/trial/${ID}/overview?at=14` });
    await heading("at fourteen");
    await screen.findByText("history of losses");
    asked.length = 0;
    await userEvent.click(screen.getByRole("button", { name: "The next event" }));
    await heading("at twenty");
    expect(new Set(asked)).toEqual(new Set(["trial", "columns"]));
  });

  it("does not begin the film again by itself", async () => {
    const events = Array.from({ length: 40 }, (_, place) => samples.event("trial.resumed.v1", { trial_id: ID }, 14 + place));
    show(<TrialPage trialId={ID} tab="overview" />, {
      client: fakeClient({ ...world(), events }),
      at: `/trial/${ID}/overview?at=50`,
    });
    await waitFor(() => expect(screen.getByRole("slider", { name: "Moment" })).toHaveAttribute("max", "53"));
    await userEvent.click(screen.getByRole("button", { name: "Play as a film" }));
    await waitFor(() => expect(address()).toBe("53"));
    fireEvent.change(screen.getByRole("slider", { name: "Moment" }), { target: { value: "20" } });
    await waitFor(() => expect(address()).toBe("20"));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(address()).toBe("20");
  });
});

describe("the frames of a film", () => {
  it("are evenly spaced, never before the one shown and never beyond the end", () => {
    const span = { first: 100, last: 1_300 };
    expect(nextFrame(100, span, 1)).toBe(110);
    expect(nextFrame(100, span, 4)).toBe(140);
    expect(nextFrame(1_295, span, 1)).toBe(1_300);
    expect(nextFrame(5, { first: 1, last: 20 }, 1)).toBe(6);
  });
});
