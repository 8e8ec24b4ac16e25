import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { ApiProblem } from "../../../api/problem";
import type { Job } from "../../../api/types";
import { fakeClient } from "../../../testing/fakeClient";
import * as samples from "../../../testing/samples";
import { show } from "../../../testing/show";
import FilesTab from "./FilesTab";

const ID = "digits-k3x9aa.7";

/** jsdom's Blob lacks `text`. */
const content = (text: string): Blob => Object.assign(new Blob([text]), { text: () => Promise.resolve(text) });

const FILES = {
  "summary.json": '{"loss":0.5}',
  "rows.csv": 'id,label\n1,"a, b"\n',
  "report.html": "<h1>Report</h1><script>alert(1)</script>",
  "notes.txt": "Trained.",
  "odd.thing": "a\0b",
  "plots/curve.svg": "<svg/>",
  "model/weights.pt": "x",
};

function open(path = "", { job = samples.job(), files = FILES }: { job?: Job; files?: Record<string, string> } = {}) {
  const all = Object.entries(files).map(([path, text]) => ({ path, size: text.length, content: content(text) }));
  const client = fakeClient({ files: { [ID]: all } });
  return show(<FilesTab job={job} />, { client, at: `/job/${ID}?tab=files${path && `&file=${encodeURIComponent(path)}`}` });
}

const made = new Map<string, Blob>();
const letGo = vi.fn<(address: string) => void>();
beforeEach(() => {
  made.clear();
  URL.createObjectURL = (blob: Blob) => {
    made.set("blob:one", blob);
    return "blob:one";
  };
  URL.revokeObjectURL = letGo;
});

describe("the files of a job", () => {
  it("are listed by folders with their sizes, and saved one by one or all", async () => {
    const user = userEvent.setup();
    const { client } = open();
    expect(await screen.findByText(/^7 files, /)).toBeVisible();
    expect(screen.getByRole("button", { name: /^plots 1 file, 6 B/ })).toHaveAttribute("aria-expanded", "true");
    await user.click(screen.getByRole("button", { name: "Download plots/curve.svg" }));
    await user.click(screen.getByRole("button", { name: "Download all" }));
    expect(client.calls.filter(([method]) => method === "download")).toEqual([
      ["download", { kind: "file", jobId: ID, path: "plots/curve.svg" }],
      ["download", { kind: "archive", jobId: ID }],
    ]);
  });

  it("open and close their folders", async () => {
    const user = userEvent.setup();
    open();
    const folder = await screen.findByRole("button", { name: /^model / });
    await user.click(folder);
    expect(folder).toHaveAttribute("aria-expanded", "false");
    expect(screen.queryByRole("button", { name: /^weights.pt/ })).toBeNull();
    await user.click(folder);
    expect(screen.getByRole("button", { name: /^weights.pt/ })).toBeVisible();
  });

  it("open in the address", async () => {
    const user = userEvent.setup();
    open();
    await user.click(await screen.findByRole("button", { name: /^notes.txt/ }));
    expect(await screen.findByText("Trained.")).toBeVisible();
    expect(location.hash).toContain("file=notes.txt");
  });

  it("show JSON so that people can read it", async () => {
    open("summary.json");
    expect(await screen.findByText(/"loss": 0.5/)).toBeVisible();
  });

  it("show a table as a table", async () => {
    open("rows.csv");
    expect(await screen.findByRole("columnheader", { name: "label" })).toBeVisible();
    expect(screen.getByRole("cell", { name: "a, b" })).toBeVisible();
  });

  it("show a page as its text, and run nothing of it", async () => {
    open("report.html");
    const source = await screen.findByText("<h1>Report</h1><script>alert(1)</script>");
    expect(source.querySelector("script, h1")).toBeNull();
  });

  it("show a drawing as a picture only, and let go of it in the end", async () => {
    const { unmount } = open("plots/curve.svg");
    const picture = await screen.findByRole("img", { name: "plots/curve.svg" });
    expect(picture).toHaveAttribute("src", "blob:one");
    expect(made.get("blob:one")?.type).toBe("image/svg+xml");
    unmount();
    expect(letGo).toHaveBeenCalledWith("blob:one");
  });

  it.each(["odd.thing", "model/weights.pt"])("have no preview where they hold no text: %s", async (path) => {
    const { client } = open(path);
    const preview = within(await screen.findByRole("region", { name: `Preview of ${path}` }));
    expect(await preview.findByText("There is no preview of this file")).toBeVisible();
    expect(client.calls.some(([method]) => method === "file")).toBe(path === "odd.thing");
  });

  it("are not read where they are too large to look at", async () => {
    const { client } = open("big.txt", { files: { "big.txt": "x".repeat(1_000_001) } });
    expect(await screen.findByText(/Text is shown up to 1.0 MB/)).toBeVisible();
    expect(client.calls.some(([method]) => method === "file")).toBe(false);
  });

  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}.txt`, "x"]));

  it("are found by their names where they are many", async () => {
    const user = userEvent.setup();
    open("", { files: many(30) });
    await user.type(await screen.findByLabelText("Find a file"), "f29");
    expect(screen.getByText("f29.txt")).toBeVisible();
    expect(screen.queryByText("f2.txt")).toBeNull();
  });

  it("are not all shown at once where they are very many", async () => {
    open("", { files: many(101) });
    expect(await screen.findByText("Show more (1 left)")).toBeVisible();
  });

  it("say where to write some, where there are none", async () => {
    open("", { files: {} });
    expect(await screen.findByText("The job left no files")).toBeVisible();
    expect(screen.getByText("/hyperdock/out/")).toBeVisible();
  });

  it("say so where they could not be listed, and where one is gone", async () => {
    const { client, unmount } = open("gone.txt");
    expect(await screen.findByText("There is no such file any more")).toBeVisible();
    unmount();
    client.fail("files", new ApiProblem(503, "the store is away"));
    show(<FilesTab job={samples.job()} />, { client });
    expect(await screen.findByRole("alert")).toHaveTextContent("the store is away");
  });
});
