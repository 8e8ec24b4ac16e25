import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import * as samples from "../../testing/samples";
import { showAnalysis } from "../../testing/showAnalysis";
import { fakeClient } from "../../testing/fakeClient";
import { Picked } from "./Picked";

const at = (picked: string) => `/trial/digits-k3x9aa/jobs?picked=${picked}`;
const called = (client: { calls: unknown[][] }, name: string) => client.calls.filter(([method]) => method === name);

describe("what is picked", () => {
  it("is nothing at first", () => {
    showAnalysis(<Picked />);
    expect(screen.queryByRole("complementary")).not.toBeInTheDocument();
  });

  it("is one job with its params, and is let go again", async () => {
    showAnalysis(<Picked />, { at: at("3") });
    const aside = within(screen.getByRole("complementary", { name: "Picked jobs" }));
    expect(aside.getByRole("heading", { name: "Job 3 picked" })).toBeInTheDocument();
    expect(aside.getByText("kernel").nextSibling).toHaveTextContent("poly");
    expect(aside.getByRole("link", { name: "Open" })).toHaveAttribute("href", "#/job/digits-k3x9aa.3");
    await userEvent.click(aside.getByRole("button", { name: "Pick none" }));
    expect(screen.queryByRole("complementary")).not.toBeInTheDocument();
    expect(location.hash).toBe("#/trial/digits-k3x9aa/jobs");
  });

  it("is retracted for a reason that must be given", async () => {
    const { client } = showAnalysis(<Picked />, { at: at("3") });
    await userEvent.click(screen.getByRole("button", { name: "Retract" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("button", { name: "Retract" }));
    expect(await dialog.findByText("Say why.")).toBeInTheDocument();
    await userEvent.type(dialog.getByLabelText("Reason"), "wrong data");
    await userEvent.click(dialog.getByRole("button", { name: "Retract" }));
    await waitFor(() =>
      expect(called(client, "retractJob")).toEqual([["retractJob", "digits-k3x9aa.3", "wrong data"]]),
    );
  });

  it("is retried where it failed, and stopped where it runs", async () => {
    const failed = showAnalysis(<Picked />, { at: at("5") });
    expect(screen.queryByRole("button", { name: "Retract" })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(called(failed.client, "retryJob")).toEqual([["retryJob", "digits-k3x9aa.5"]]));
    failed.unmount();
    const running = showAnalysis(<Picked />, { at: at("40") });
    await userEvent.click(screen.getByRole("button", { name: "Stop" }));
    await waitFor(() => expect(called(running.client, "stopJob")).toEqual([["stopJob", "digits-k3x9aa.40"]]));
  });

  it("is enqueued again with its params filled in", async () => {
    const { client } = showAnalysis(<Picked />, { at: at("3") });
    await userEvent.click(screen.getByRole("button", { name: "Enqueue these params" }));
    const dialog = within(await screen.findByRole("dialog"));
    const degree = dialog.getByLabelText("degree");
    expect(degree).toHaveValue("5");
    await userEvent.clear(degree);
    await userEvent.type(degree, "4");
    await userEvent.click(dialog.getByRole("button", { name: "Enqueue" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    const [point] = called(client, "addPoints")[0]?.[2] as { params: Record<string, unknown> }[];
    expect(point?.params).toMatchObject({ kernel: "poly", degree: 4 });
  });

  it("stands side by side where it is several jobs, differences marked", () => {
    showAnalysis(<Picked />, { at: at("1,2,3") });
    expect(screen.getByRole("heading", { name: "3 jobs picked" })).toBeInTheDocument();
    expect(screen.getByRole("row", { name: /kernel/ })).toHaveAttribute("data-different", "true");
    expect(screen.getAllByRole("columnheader").map((each) => each.textContent)).toEqual(["Job", "1", "2", "3"]);
  });

  it("does in bulk only what makes sense of each", async () => {
    const { client } = showAnalysis(<Picked />, { at: at("1,5,16,40") });
    await userEvent.click(screen.getByRole("button", { name: "Retry 2" }));
    const retried = () => called(client, "retryJob").map(([, id]) => id);
    await waitFor(() => expect(retried()).toEqual(["digits-k3x9aa.5", "digits-k3x9aa.16"]));
    await userEvent.click(screen.getByRole("button", { name: "Stop 1" }));
    await waitFor(() => expect(called(client, "stopJob")).toHaveLength(1));
  });

  it("cannot be run again once the trial has ended, nor by a token that may only read", async () => {
    const ended = showAnalysis(<Picked />, {
      at: at("5"),
      trial: samples.trial({ state: "completed", finished_at: samples.NOW }),
    });
    expect(screen.getByRole("button", { name: "Retry" })).toHaveAttribute("aria-disabled", "true");
    ended.unmount();
    showAnalysis(<Picked />, { at: at("3"), client: fakeClient({ scopes: ["read"] }) });
    const retract = screen.getByRole("button", { name: "Retract" });
    await waitFor(() => expect(retract).toHaveAttribute("aria-disabled", "true"));
  });
});
