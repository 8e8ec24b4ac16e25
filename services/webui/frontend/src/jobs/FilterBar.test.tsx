import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";

import * as samples from "../testing/samples";
import { showAnalysis } from "../testing/showAnalysis";
import { FilterBar } from "./FilterBar";

const address = () => new URLSearchParams(location.hash.split("?")[1] ?? "").get("f");
const at = (f: string) => `/trial/digits-k3x9aa/jobs?f=${encodeURIComponent(f)}`;

afterEach(() => {
  vi.useRealTimers();
});

it("counts all jobs, and those in each state", () => {
  showAnalysis(<FilterBar />, { columns: samples.columns(12_000) });
  expect(screen.getByText("12,000 jobs")).toBeVisible();
  const states = screen.getByRole("group", { name: "States" });
  expect(within(states).getAllByRole("button").map((each) => each.textContent)).toEqual([
    "running 2",
    "succeeded 10,907",
    "failed 1,091",
  ]);
});

it("shows jobs of a state by a click, of another one too, and all again", async () => {
  showAnalysis(<FilterBar />);
  const failed = screen.getByRole("button", { name: /failed/ });
  await userEvent.click(failed);
  expect(address()).toBe("state=failed");
  expect(failed).toHaveAttribute("aria-pressed", "true");
  expect(screen.getByText("4 of 40 jobs")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: /running/ }));
  expect(screen.getByText("6 of 40 jobs")).toBeVisible();
  await userEvent.click(failed);
  await userEvent.click(screen.getByRole("button", { name: /running/ }));
  expect(address()).toBeNull();
});

it("names each filter, and takes it away", async () => {
  showAnalysis(<FilterBar />, { at: at("params.C:0.01..2.5;loss:..0.5;params.kernel=rbf|poly;metrics.gone:1..2;reason=") });
  expect(screen.getByText("C").parentElement).toHaveTextContent("C 0.01 – 2.5");
  expect(screen.getByText("Loss").parentElement).toHaveTextContent("Loss ≤ 0.5");
  expect(screen.getByText("kernel").parentElement).toHaveTextContent("kernel rbf, poly");
  expect(screen.getByText("Reason").parentElement).toHaveTextContent("Reason none");
  expect(screen.getByText("metrics.gone").parentElement).toHaveTextContent("is no column of this trial");
  await userEvent.click(screen.getByRole("button", { name: "Remove the filter by Loss" }));
  expect(screen.queryByText("Loss")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Clear all" }));
  expect(address()).toBeNull();
  expect(screen.getByText("40 jobs")).toBeVisible();
});

it("tells those who hear the page how many jobs are left, once filters are at rest", () => {
  vi.useFakeTimers();
  showAnalysis(<FilterBar />);
  const status = screen.getAllByRole("status").find((each) => each.classList.contains("visually-hidden"));
  expect(status).toBeEmptyDOMElement();
  act(() => screen.getByRole("button", { name: /failed/ }).click());
  act(() => screen.getByRole("button", { name: /running/ }).click());
  expect(status).toBeEmptyDOMElement();
  act(() => void vi.advanceTimersByTime(700));
  expect(status).toHaveTextContent("6 jobs shown");
});
