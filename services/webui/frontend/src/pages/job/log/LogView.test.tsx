import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { ApiProblem } from "../../../api/problem";
import { fakeClient } from "../../../testing/fakeClient";
import * as samples from "../../../testing/samples";
import { show } from "../../../testing/show";
import JobPage from "../JobPage";

const ID = "digits-k3x9aa.7";

async function openLog(log: string, { query = "" } = {}) {
  const first = samples.job().attempts[0];
  const job = samples.job({
    state: "running",
    finished_at: null,
    loss: null,
    attempts: first ? [{ ...first, ended_at: null, exit: null }] : [],
  });
  const client = fakeClient({ jobs: { [ID]: job }, details: { "digits-k3x9aa": samples.trial() }, logs: { [ID]: log } });
  show(<JobPage jobId={ID} />, { client, at: `/job/${ID}${query}` });
  const box = await screen.findByRole("log");
  await waitFor(() => expect(client.followed().length).toBe(1));
  const write = (text: string, offset: number) =>
    act(() => client.tell({ kind: "log", job_id: ID, attempt: 1, offset, next: offset + text.length, text }));
  return { client, box, write };
}

/** jsdom lays nothing out: how high the content is, and where it is scrolled to, is said here. */
function scrollTo(box: HTMLElement, top: number, height = 5_000) {
  Object.defineProperty(box, "scrollHeight", { configurable: true, value: height });
  box.scrollTop = top;
  fireEvent.scroll(box);
}

describe("the log of a job", () => {
  it("follows what is written, from where the first reading ended", async () => {
    const { client, box, write } = await openLog("one\ntwo\n");
    expect(await within(box).findByText("two")).toBeVisible();
    expect(client.followed()[0]).toMatchObject({ logs: [`${ID}:1:8`], topics: [`job:${ID}`] });
    write("three\nfo", 8);
    expect(await within(box).findByText("three")).toBeVisible();
    write("ur\n", 16);
    expect(await within(box).findByText("four")).toBeVisible();
    act(() => client.tell({ kind: "log_end", job_id: ID, attempt: 1, offset: 19 }));
    expect(await screen.findByText("End of the log")).toBeVisible();
    expect(screen.queryByRole("switch", { name: "Follow" })).toBeNull();
  });

  it("says when and why a log was removed, instead of showing an empty one", async () => {
    const client = fakeClient({ jobs: { [ID]: samples.job() }, details: { "digits-k3x9aa": samples.trial() } });
    client.fail("log", new ApiProblem(410, "the log of attempt 1 (12,345 bytes) was removed on 2026-11-01 at 08:00 UTC: logs are kept for 30 days here"));
    show(<JobPage jobId={ID} />, { client, at: `/job/${ID}` });
    expect(await screen.findByRole("heading", { name: "The log was removed" })).toBeVisible();
    expect(screen.getByText(/12,345 bytes.*logs are kept for 30 days here\.$/)).toBeVisible();
    expect(screen.queryByRole("log")).toBeNull();
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  });

  it("passes over the log of another job or attempt", async () => {
    const { client, box } = await openLog("one\n");
    act(() =>
      client.tell(
        { kind: "log", job_id: "other.1", attempt: 1, offset: 4, next: 9, text: "other" },
        { kind: "log", job_id: ID, attempt: 2, offset: 4, next: 9, text: "newer" },
        { kind: "log", job_id: ID, attempt: 1, offset: 4, next: 8, text: "mine" },
      ),
    );
    expect(await within(box).findByText("mine")).toBeVisible();
    expect(within(box).queryByText("other")).toBeNull();
    expect(within(box).queryByText("newer")).toBeNull();
  });

  it("shows progress bars as they are now, and markup as text", async () => {
    const { box, write } = await openLog(" 10%\r 20%");
    expect(await within(box).findByText("20%")).toBeVisible();
    write("\r100%\n<b>bold</b>\n", 9);
    expect(await within(box).findByText("100%")).toBeVisible();
    expect(within(box).getByText("<b>bold</b>")).toBeVisible();
    expect(within(box).queryByText("20%")).toBeNull();
  });

  it("shows colours", async () => {
    const { box } = await openLog("\u001b[31;1mError\u001b[0m here\n");
    const red = await within(box).findByText("Error");
    expect(red).toHaveAttribute("data-fg", "1");
    expect(red).toHaveAttribute("data-bold", "true");
  });

  it("follows no more when people scroll up, and again when they come back to the end", async () => {
    const user = userEvent.setup();
    const { box } = await openLog("one\n");
    const follow = screen.getByRole("switch", { name: "Follow" });
    expect(follow).toBeChecked();
    scrollTo(box, 4_200);
    scrollTo(box, 1_000);
    expect(follow).not.toBeChecked();
    scrollTo(box, 4_200);
    expect(follow).toBeChecked();
    await user.click(follow);
    expect(follow).not.toBeChecked();
    await user.click(follow);
    expect(box.scrollTop).toBe(5_000);
  });

  it("does not take scrolling to the end by itself for a wish of people", async () => {
    const { box, write } = await openLog("one\n");
    Object.defineProperty(box, "scrollHeight", { configurable: true, value: 9_000 });
    write("two\n", 4);
    fireEvent.scroll(box);
    expect(screen.getByRole("switch", { name: "Follow" })).toBeChecked();
    expect(box.scrollTop).toBe(9_000);
  });

  it("searches: counts, highlights, goes on and back, and stands in the address", async () => {
    const user = userEvent.setup();
    const { box } = await openLog("loss 1\nnothing\nLoss 2 loss\n");
    const search = screen.getByRole("textbox", { name: "Search the log" });
    await user.type(search, "loss");
    expect(await screen.findByText("3 found")).toBeVisible();
    expect(box.querySelectorAll("mark")).toHaveLength(3);
    await user.type(search, "{Enter}{Enter}");
    expect(screen.getByText("2 of 3")).toBeVisible();
    expect(box.querySelector("mark[data-current]")).toHaveTextContent("Loss");
    await user.click(screen.getByRole("button", { name: "Previous match" }));
    await user.click(screen.getByRole("button", { name: "Previous match" }));
    expect(screen.getByText("3 of 3")).toBeVisible();
    expect(location.hash).toContain("find=loss");
    expect(screen.getByRole("switch", { name: "Follow" })).not.toBeChecked();
  });

  it("searches by regular expressions, and says so where one is none", async () => {
    const user = userEvent.setup();
    await openLog("loss 1\nloss 22\n", { query: "?find=loss+%5Cd%7B2%7D&regex=1" });
    expect(await screen.findByText("1 found")).toBeVisible();
    await user.type(screen.getByRole("textbox", { name: "Search the log" }), "(");
    expect(await screen.findByText("This is no regular expression")).toBeVisible();
  });

  it("finds nothing where there is nothing", async () => {
    await openLog("loss 1\n", { query: "?find=missing" });
    expect(await screen.findByText("Not found")).toBeVisible();
    expect(screen.getByRole("button", { name: "Next match" })).toBeDisabled();
  });

  it("begins with the end of a long log and reads on backwards", async () => {
    const user = userEvent.setup();
    const log = Array.from({ length: 12_000 }, (_, index) => `line ${String(index).padStart(5, "0")}\n`).join("");
    const { client, box } = await openLog(log);
    expect(client.calls).toContainEqual(["log", ID, { attempt: 1, offset: -65536, limit: 65536 }]);
    expect(within(box).queryByText("line 00000")).toBeNull();
    expect(box.querySelectorAll("[data-index]").length).toBeLessThan(200);
    await user.click(screen.getByRole("button", { name: "Load earlier lines" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Load earlier lines" })).toBeNull());
    expect(client.calls.at(-1)).toMatchObject(["log", ID, { attempt: 1, offset: 0 }]);
  });

  it("goes to the end where it has missed a part", async () => {
    const user = userEvent.setup();
    const { client, box, write } = await openLog("one\n");
    write("far away\n", 4_000);
    client.world.logs[ID] = "one\ntwo\nfar away\n";
    await user.click(await screen.findByRole("button", { name: "Load later lines" }));
    expect(await within(box).findByText("far away")).toBeVisible();
    expect(client.calls.at(-1)).toMatchObject(["log", ID, { attempt: 1, offset: 4 }]);
  });

  it("says what went wrong where more of it could not be read", async () => {
    const user = userEvent.setup();
    const { client, write } = await openLog("one\n");
    write("far away\n", 4_000);
    client.fail("log", new ApiProblem(503, "the store is away"));
    await user.click(await screen.findByRole("button", { name: "Go to the end" }));
    expect(await screen.findByText("the store is away")).toBeVisible();
  });

  it("wraps its lines or not", async () => {
    const user = userEvent.setup();
    const { box } = await openLog("one\n");
    expect(box).toHaveAttribute("data-wrapped");
    await user.click(screen.getByRole("switch", { name: "Wrap" }));
    expect(box).not.toHaveAttribute("data-wrapped");
  });

  it("is saved as a file", async () => {
    const user = userEvent.setup();
    const { client } = await openLog("one\n");
    await user.click(screen.getByRole("button", { name: "Download" }));
    expect(client.calls).toContainEqual(["download", { kind: "log", jobId: ID, attempt: 1 }]);
  });

  it("says that nothing was written yet", async () => {
    await openLog("");
    expect(await screen.findByText("Nothing was written yet")).toBeVisible();
  });

  it("brings what was found into the middle, wherever the log stands on the page", async () => {
    const heights = vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockImplementation(function (this: HTMLElement) {
      return this.dataset["index"] === undefined ? 800 : 19;
    });
    const tops = vi.spyOn(HTMLElement.prototype, "offsetTop", "get").mockImplementation(function (this: HTMLElement) {
      return this.getAttribute("role") === "log" ? 326 : 0;
    });
    onTestFinished(() => {
      heights.mockRestore();
      tops.mockRestore();
    });
    const { box } = await openLog(Array.from({ length: 300 }, (_, at) => `line ${at + 1}\n`).join(""));
    scrollTo(box, 0, 300 * 19);
    const scrolled = vi.fn();
    box.scrollTo = scrolled;
    await userEvent.type(screen.getByLabelText("Search the log"), "line 151");
    expect(await screen.findByText("1 found")).toBeVisible();
    await userEvent.keyboard("{Enter}");
    const middle = 150 * 19 + 19 / 2 - 800 / 2;
    expect(scrolled).toHaveBeenCalledWith(expect.objectContaining({ top: middle }));
  });
});
