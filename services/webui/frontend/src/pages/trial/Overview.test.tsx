import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { Trial } from "../../api/types";
import { parametersOf } from "../../space/outline";
import { fakeClient } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import { jobsOf } from "../../testing/showAnalysis";
import { NotesPanel } from "./NotesPanel";
import { Overview } from "./Overview";

vi.mock("../../charts/plots/HistoryPlot", () => ({ HistoryPlot: () => <p>history of losses</p> }));

const SPEC = samples.spec();

function open(changes: Partial<Trial> = {}, { withJobs = true } = {}) {
  return show(
    <Overview
      trial={samples.trial(changes)}
      spec={SPEC}
      parameters={parametersOf(SPEC.space)}
      jobs={withJobs ? jobsOf(samples.columns(12)) : undefined}
    />,
    { at: "/trial/digits-k3x9aa" },
  );
}

const panel = (name: string) => within(screen.getByRole("region", { name }));

describe("the overview", () => {
  it("shows how far the trial is, each count leading to its jobs", () => {
    open();
    expect(screen.getByRole("progressbar", { name: "Progress" })).toHaveAttribute("aria-valuenow", "33");
    expect(panel("Progress").getByText("10 of 30 jobs")).toBeInTheDocument();
    expect(panel("Progress").getByRole("link", { name: /1.*failed/ })).toHaveAttribute(
      "href",
      "#/trial/digits-k3x9aa/jobs?f=state%3Dfailed",
    );
  });

  it("shows the best job and how much better than the first it is", () => {
    open();
    const best = panel("Best job");
    expect(best.getByText("0.0213")).toBeInTheDocument();
    expect(best.getByText("−94.8 % since job 1 (0.41)")).toBeInTheDocument();
    expect(best.getByText("gamma").nextSibling).toHaveTextContent("0.011");
    expect(best.getByRole("link", { name: "Job 7" })).toHaveAttribute("href", "#/job/digits-k3x9aa.7");
  });

  it("puts the best params on the clipboard as flags", async () => {
    const user = userEvent.setup();
    open();
    await user.click(panel("Best job").getByRole("button", { name: "Flags" }));
    await waitFor(async () => expect(await navigator.clipboard.readText()).toBe("--C=3.2 --gamma=0.011 --kernel=rbf"));
  });

  it("says so where there is no best job, or its params are not known", () => {
    const { unmount } = open({ best: null });
    expect(panel("Best job").getByText(/No job has succeeded yet/)).toBeInTheDocument();
    unmount();
    open({ best: { ...samples.trial().best, params: null } as unknown as Trial["best"] });
    expect(panel("Best job").getByText(/A better result was retracted/)).toBeInTheDocument();
  });

  it("shows what the jobs took, once they are there", () => {
    const { unmount } = open({ finished_at: samples.NOW, state: "completed", running: [] });
    expect(panel("Time").getByText("A job takes").nextSibling).toHaveTextContent("9.0 s");
    expect(panel("Time").queryByText("To the end")).not.toBeInTheDocument();
    unmount();
    open({}, { withJobs: false });
    expect(panel("Time").queryByText("A job takes")).not.toBeInTheDocument();
    expect(panel("Time").getByText("To the end").nextSibling).toHaveTextContent("not known yet");
  });

  it("stops a running job", async () => {
    const { client } = open();
    const running = panel("Running now");
    expect(running.getByRole("row", { name: /^12/ })).toHaveTextContent("ant-1");
    await userEvent.click(running.getByRole("button", { name: "Stop job 11" }));
    expect(client.calls.filter(([name]) => name === "stopJob")).toEqual([["stopJob", "digits-k3x9aa.11"]]);
  });

  it("groups failures by their reason, each leading to its jobs", () => {
    open();
    expect(panel("Failures").getByRole("link", { name: "1 job" })).toHaveAttribute(
      "href",
      "#/trial/digits-k3x9aa/jobs?f=state%3Dfailed%3Breason%3Dexit-code",
    );
    expect(panel("Failures").getByRole("link", { name: "job 5" })).toHaveAttribute("href", "#/job/digits-k3x9aa.5");
  });

  it("says what an idle trial waits for", () => {
    open({ running: [], jobs: { ...samples.trial().jobs, running: 0, pending: 3 } });
    expect(panel("Running now").getByText(/3 jobs wait for a free slot/)).toBeInTheDocument();
  });
});

describe("the notes", () => {
  it("are read as Markdown", async () => {
    show(<NotesPanel trial={samples.trial({ notes: "# Plan\n\ntry **more**" })} />);
    expect(await screen.findByRole("heading", { level: 3, name: "Plan" })).toBeInTheDocument();
    expect(screen.getByText("more").tagName).toBe("STRONG");
  });

  it("are edited in their place, with a preview", async () => {
    const { client } = show(<NotesPanel trial={samples.trial()} />);
    await userEvent.click(screen.getByRole("button", { name: "Add notes" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Notes in Markdown" }), "a *new* idea");
    await userEvent.click(screen.getByRole("radio", { name: "Preview" }));
    expect((await screen.findByText("new")).tagName).toBe("EM");
    await userEvent.click(screen.getByRole("button", { name: "Save notes" }));
    expect(client.calls.filter(([name]) => name === "change")).toEqual([
      ["change", "digits-k3x9aa", { notes: "a *new* idea" }],
    ]);
  });

  it("are not lost when somebody else changes them meanwhile", async () => {
    const client = fakeClient();
    const { rerender } = show(<NotesPanel trial={samples.trial({ notes: "old" })} />, { client });
    await userEvent.click(screen.getByRole("button", { name: "Edit notes" }));
    await userEvent.type(screen.getByRole("textbox"), " and mine");
    const { Surroundings } = await import("../../shell/Surroundings");
    const { QueryClient } = await import("@tanstack/react-query");
    rerender(
      <Surroundings client={client} queries={new QueryClient()} env="test">
        <NotesPanel trial={samples.trial({ notes: "theirs" })} />
      </Surroundings>,
    );
    expect(await screen.findByText("Somebody has changed the notes meanwhile")).toBeInTheDocument();
    expect(screen.getByRole("textbox")).toHaveValue("old and mine");
    await userEvent.click(screen.getByRole("button", { name: "Take theirs" }));
    expect(screen.getByRole("textbox")).toHaveValue("theirs");
  });
});
