import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { ApiProblem } from "../../api/problem";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import { EnqueueDialog } from "./EnqueueDialog";

function open(space?: unknown) {
  const close = vi.fn();
  const shown = show(
    <EnqueueDialog trial={samples.trial()} spec={samples.spec(space === undefined ? {} : { space })} close={close} />,
  );
  const points = () => shown.client.calls.filter(([name]) => name === "addPoints");
  return { ...shown, close, points };
}

const enqueue = () => userEvent.click(screen.getByRole("button", { name: "Enqueue" }));

describe("enqueueing a point", () => {
  it("wants a value of every parameter that is there", async () => {
    const { points } = open();
    expect(screen.queryByLabelText("degree")).not.toBeInTheDocument(); // only of the kernel `poly`
    await enqueue();
    expect(await screen.findAllByText("Give a value.")).toHaveLength(2);
    await userEvent.type(screen.getByLabelText("C"), "1000");
    expect(screen.getByText("Give a number from 0.01 to 100.")).toBeInTheDocument();
    expect(points()).toEqual([]);
  });

  it("fills in the best job and adds the point", async () => {
    const { points, close } = open();
    await userEvent.click(screen.getByRole("button", { name: "Fill in the best job" }));
    expect(screen.getByLabelText("gamma")).toHaveValue("0.011");
    await enqueue();
    await waitFor(() => expect(close).toHaveBeenCalled());
    const [[, trialId, added] = []] = points();
    expect(trialId).toBe("digits-k3x9aa");
    expect(added).toEqual([{ params: { C: 3.2, gamma: 0.011, kernel: "rbf" } }]);
  });

  it("adds a point once, though the first answer was lost", async () => {
    const { client, points, close } = open();
    client.fail("addPoints", new ApiProblem(503, "try again"));
    await userEvent.click(screen.getByRole("button", { name: "Fill in the best job" }));
    await enqueue();
    expect(await screen.findByText(/try again/)).toBeInTheDocument();
    client.fail("addPoints", undefined);
    await enqueue();
    await waitFor(() => expect(close).toHaveBeenCalled());
    const [first, second] = points().map((call) => call[3]);
    expect(first).toMatch(/^\d+-\d+-\d+-\d+$/);
    expect(second).toBe(first);
  });

  it("takes a loss that is known already", async () => {
    const { points } = open();
    await userEvent.click(screen.getByRole("button", { name: "Fill in the best job" }));
    await userEvent.click(screen.getByRole("switch", { name: /^I know its loss already/ }));
    await userEvent.click(screen.getByRole("button", { name: "Add the result" }));
    expect(await screen.findByText("Give a number.")).toBeInTheDocument();
    expect(points()).toEqual([]);
    await userEvent.type(screen.getByLabelText("Loss"), "0.5");
    await userEvent.click(screen.getByRole("button", { name: "Add the result" }));
    await waitFor(() => expect(points()).toHaveLength(1));
    expect(points()[0]?.[2]).toMatchObject([{ loss: 0.5 }]);
  });

  it("shows what the gateway refuses at its field, and the rest above", async () => {
    const { client, close } = open();
    client.fail(
      "addPoints",
      new ApiProblem(422, "no", [
        { field: "points[0].params.C", problem: "is odd" },
        { field: "points", problem: "the operator allows 30 jobs" },
      ]),
    );
    await userEvent.click(screen.getByRole("button", { name: "Fill in the best job" }));
    await enqueue();
    expect(await screen.findByText("is odd")).toBeInTheDocument();
    expect(screen.getByRole("alert")).toHaveTextContent("points: the operator allows 30 jobs");
    expect(close).not.toHaveBeenCalled();
  });

  it("asks for a part of a union and for its parameters only", async () => {
    const { points } = open([
      { a: { type: "float", low: 0, high: 1 } },
      { b: { type: "int", low: 0, high: 3 } },
    ]);
    await userEvent.click(screen.getByRole("combobox", { name: "Part of the space" }));
    await userEvent.click(await screen.findByRole("option", { name: "2: b" }));
    expect(screen.queryByLabelText("a")).not.toBeInTheDocument();
    await userEvent.type(screen.getByLabelText("b"), "2");
    await enqueue();
    await waitFor(() => expect(points()[0]?.[2]).toEqual([{ params: { b: 2 } }]));
  });
});
