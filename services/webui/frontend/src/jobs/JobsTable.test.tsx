import { act, configure, createEvent, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";

import { parametersOf } from "../space/outline";
import * as samples from "../testing/samples";
import { show } from "../testing/show";
import { jobsOf, showAnalysis } from "../testing/showAnalysis";
import { CellContent } from "./Cell";
import { columnsOf } from "./filters";
import { JobsTable } from "./JobsTable";
// What is loaded with the first wish for it is there at once in tests.
import "../parts/OpenMenu";
import "./ColumnFilter";
import "./ColumnList";
import { JobTable } from "./table";
import { widthOf } from "./widths";

const MANY = samples.columns(100_000);
const LOW = { configurable: true, get: () => 320 }; // fewer rows: jsdom is slow at finding roles
const scrolled = Object.getOwnPropertyDescriptor(Element.prototype, "scrollHeight");
const heights = ["offsetHeight", "clientHeight"] as const;
const high = heights.map((name) => Object.getOwnPropertyDescriptor(HTMLElement.prototype, name));
for (const name of heights) Object.defineProperty(HTMLElement.prototype, name, LOW);
Object.defineProperty(Element.prototype, "scrollHeight", {
  configurable: true,
  get(this: Element) {
    return parseFloat((this.firstElementChild as HTMLElement | null)?.style.height ?? "") || 320;
  },
});
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

afterAll(() => {
  heights.forEach((name, at) => Object.defineProperty(HTMLElement.prototype, name, high[at] ?? LOW));
  if (scrolled) Object.defineProperty(Element.prototype, "scrollHeight", scrolled);
});
beforeEach(() => {
  // jsdom scrolls nothing by itself.
  Element.prototype.scrollTo = function (this: Element, to?: ScrollToOptions | number, y?: number) {
    const { top, left } = typeof to === "object" ? to : { left: to, top: y };
    if (top !== undefined) this.scrollTop = top;
    if (left !== undefined) this.scrollLeft = left;
    queueMicrotask(() => fireEvent.scroll(this)); // a browser tells later, too
  };
});

const address = () => new URLSearchParams(location.hash.split("?")[1] ?? "");
const grid = () => screen.getByLabelText("Jobs");
const rows = () =>
  [...grid().querySelectorAll<HTMLElement>("[role=row][data-row]")].toSorted((a, b) => Number(a.getAttribute("aria-rowindex")) - Number(b.getAttribute("aria-rowindex")));
const numbers = () => rows().map((each) => Number(each.dataset["row"]) + 1);
const rowOf = (number: number) => {
  const row = rows().find((each) => each.dataset["row"] === String(number - 1));
  if (!row) throw new Error(`job ${number} is not in sight`);
  return row;
};
const headRow = () => within(grid().querySelector<HTMLElement>("[role=row][aria-rowindex='1']") ?? grid());
const head = (name: string) => headRow().getByRole("columnheader", { name: new RegExp(`^${name}`) });
const sortBy = (name: string) => userEvent.click(within(head(name)).getByRole("button", { name }));
const activeRow = () => {
  const id = grid().getAttribute("aria-activedescendant") ?? "";
  return document.getElementById(id)?.closest("[role=row]")?.getAttribute("data-row");
};

describe("the rows", () => {
  it("are all jobs, the newest first, with what is known of each", () => {
    showAnalysis(<JobsTable />);
    expect(numbers().slice(0, 3)).toEqual([40, 39, 38]);
    expect(grid()).toHaveAttribute("aria-rowcount", "41");
    const row = rowOf(38);
    expect(within(row).getByRole("link", { name: "38" })).toHaveAttribute("href", "#/job/digits-k3x9aa.38");
    expect(row).toHaveTextContent("failed");
    expect(rowOf(39)).toHaveTextContent("running");
  });

  it("of 100,000 jobs are drawn as far as they are in sight", async () => {
    showAnalysis(<JobsTable />, { columns: MANY });
    expect(rows().length).toBeLessThan(100);
    expect(grid()).toHaveAttribute("aria-rowcount", "100001");
    act(() => grid().scrollTo({ top: 50_000 * 32 }));
    await waitFor(() => expect(numbers()).toContain(50_000));
    expect(rows().length).toBeLessThan(100);
  });

  it("of 200 parameters have cells for those in sight", () => {
    const names = Array.from({ length: 200 }, (_, i) => `p${i}`);
    const spec = samples.spec({ space: Object.fromEntries(names.map((name) => [name, { type: "float", low: 0, high: 1 }])) });
    const params = Object.fromEntries(names.map((name) => [name, Array.from({ length: 40 }, () => 0.5)]));
    showAnalysis(<JobsTable />, { spec, columns: { ...samples.columns(40), params } });
    expect(grid()).toHaveAttribute("aria-colcount", "212");
    expect(within(rowOf(40)).getAllByRole("gridcell").length).toBeLessThan(25);
  });

  it("mark the best job, and what was retracted", () => {
    const columns = samples.columns(40);
    columns.loss[29] = 0.0001;
    columns.retracted[33] = true;
    columns.loss[33] = null;
    showAnalysis(<JobsTable />, { columns });
    expect(rowOf(30)).toHaveTextContent("best 0.0001");
    expect(rowOf(34)).toHaveAttribute("data-retracted");
    expect(rowOf(34)).toHaveTextContent("retracted");
  });

  it("show the newest step of what runs", () => {
    const { table } = jobsOf();
    table.step.set(39, 7);
    table.stepLoss.set(39, 0.43213);
    const loss = columnsOf(table).find(({ id }) => id === "loss");
    const { container } = show(loss && <CellContent table={table} column={loss} row={39} isBest={false} />);
    expect(container).toHaveTextContent("0.4321 step 7");
  });

  it("say what to do where there are none yet", () => {
    showAnalysis(<JobsTable />, { columns: samples.columns(0, 1, 0) });
    expect(screen.getByRole("heading", { name: "No jobs yet" })).toBeVisible();
    expect(screen.queryByRole("grid")).toBeNull();
  });

  it("say so where none meets the filters, which are cleared by a click", async () => {
    showAnalysis(<JobsTable />, { at: "/trial/digits-k3x9aa/jobs?f=loss:5..6" });
    expect(screen.getByRole("heading", { name: "No job meets the filters" })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Clear all filters" }));
    expect(grid()).toHaveAttribute("aria-rowcount", "41");
    expect(address().get("f")).toBeNull();
  });
});

describe("sorting", () => {
  it("goes by a column, then the other way round, and stands in the address", async () => {
    const { jobs } = showAnalysis(<JobsTable />);
    await sortBy("Loss");
    expect(address().get("sort")).toBe("loss");
    expect(head("Loss")).toHaveAttribute("aria-sort", "ascending");
    const losses = numbers().map((number) => jobs.table.loss.get(number - 1)).filter((each) => !Number.isNaN(each));
    expect(losses.length).toBeGreaterThan(10);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
    await sortBy("Loss");
    expect(address().get("sort")).toBe("-loss");
    expect(head("Loss")).toHaveAttribute("aria-sort", "descending");
  });

  it("comes back with the address, and goes by numbers where that names no column", () => {
    showAnalysis(<JobsTable />, { at: "/trial/digits-k3x9aa/jobs?sort=number" });
    expect(numbers().slice(0, 2)).toEqual([1, 2]);
  });
});

describe("picking", () => {
  it("takes a row by a click, and gives it back by another", async () => {
    showAnalysis(<JobsTable />);
    await userEvent.click(within(rowOf(38)).getByText("failed"));
    expect(rowOf(38)).toHaveAttribute("aria-selected", "true");
    expect(address().get("picked")).toBe("38");
    await userEvent.click(within(rowOf(38)).getByText("failed"));
    expect(address().get("picked")).toBeNull();
  });

  it("takes all rows up to one that is clicked with shift", () => {
    showAnalysis(<JobsTable />);
    fireEvent.click(rowOf(38));
    fireEvent.click(rowOf(35), { shiftKey: true });
    expect(address().get("picked")).toBe("38,37,36,35");
  });

  it("leaves rows alone where the link to the job is followed", async () => {
    showAnalysis(<JobsTable />);
    await userEvent.click(within(rowOf(38)).getByRole("link"));
    expect(address().get("picked")).toBeNull();
  });
});

describe("keys", () => {
  it("go over all rows, though few are drawn", async () => {
    showAnalysis(<JobsTable />, { columns: MANY });
    act(() => grid().focus());
    await userEvent.keyboard("{End}");
    await waitFor(() => expect(activeRow()).toBe("0"));
    await userEvent.keyboard("{ArrowUp}{ArrowUp}");
    await waitFor(() => expect(activeRow()).toBe("2"));
    await userEvent.keyboard("{Home}{PageDown}");
    await waitFor(() => expect(activeRow()).toBe("99992")); // a page of 320 px further
  });

  it("pick with space, a range with shift, and open a job with enter", async () => {
    showAnalysis(<JobsTable />);
    act(() => grid().focus());
    await userEvent.keyboard("{ArrowDown} {Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    expect(address().get("picked")).toBe("40,39,38");
    await userEvent.keyboard("{Enter}");
    expect(location.hash).toBe("#/job/digits-k3x9aa.38");
  });

  it("sort in the head, and open its filter", async () => {
    showAnalysis(<JobsTable />);
    act(() => grid().focus());
    await userEvent.keyboard("{ArrowDown}{ArrowUp}{ArrowRight}{ArrowRight}{Enter}");
    expect(address().get("sort")).toBe("loss");
    await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");
    expect(await screen.findByRole("dialog", { name: "Filter by Loss" })).toBeVisible();
  });

  it("copy the picked rows as a spreadsheet takes them", () => {
    showAnalysis(<JobsTable />, { at: "/trial/digits-k3x9aa/jobs?picked=38,5" });
    const copied = vi.fn();
    const event = createEvent.copy(grid(), { clipboardData: { setData: copied } });
    fireEvent(grid(), event);
    const [title, first, second] = (copied.mock.calls[0]?.[1] as string).split("\n");
    expect(title?.split("\t").slice(0, 3)).toEqual(["number", "state", "loss"]);
    expect(first).toMatch(/^38\tfailed\t\t/);
    expect(second).toMatch(/^5\tfailed\t\t/);
    expect(event.defaultPrevented).toBe(true);
  });
});

describe("the tools", () => {
  const goTo = async (text: string) => {
    const field = screen.getByRole("textbox", { name: "Go to job number" });
    await userEvent.clear(field);
    await userEvent.type(field, `${text}{Enter}`);
  };

  it("go to a job by its number", async () => {
    showAnalysis(<JobsTable />, { columns: MANY });
    await goTo("777");
    await waitFor(() => expect(activeRow()).toBe("776"));
    expect(grid()).toHaveFocus();
  });

  it("say why they cannot go there", async () => {
    showAnalysis(<JobsTable />, { at: "/trial/digits-k3x9aa/jobs?f=state=failed" });
    await goTo("77");
    expect(screen.getByText("There is no such job")).toBeVisible();
    await goTo("2");
    expect(screen.getByText("The filters hide it")).toBeVisible();
  });

  it("hide columns, for all trials of the same space", async () => {
    const { unmount } = showAnalysis(<JobsTable />);
    await userEvent.click(screen.getByRole("button", { name: "Columns" }));
    const list = await screen.findByRole("dialog", { name: "Columns" });
    await userEvent.click(within(list).getByRole("checkbox", { name: "gamma" }));
    expect(headRow().queryByRole("columnheader", { name: /^gamma/ })).toBeNull();
    unmount();
    showAnalysis(<JobsTable />);
    expect(headRow().queryByRole("columnheader", { name: /^gamma/ })).toBeNull();
    expect(head("kernel")).toBeVisible();
    expect(screen.getByRole("button", { name: "Columns (1 hidden)" })).toBeVisible();
  });

  it("export what is shown as CSV, and everything by the gateway", async () => {
    const made: Blob[] = [];
    URL.createObjectURL = (blob: Blob) => {
      made.push(blob);
      return "blob:jobs";
    };
    URL.revokeObjectURL = () => undefined;
    const { client } = showAnalysis(<JobsTable />, { at: "/trial/digits-k3x9aa/jobs?f=state=failed&sort=number" });
    await userEvent.click(screen.getByRole("button", { name: "Export jobs" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "What is shown, as CSV" }));
    const lines = (await made[0]?.text())?.trimEnd().split("\r\n") ?? [];
    expect(lines[0]).toMatch(/^number,state,loss,params\.C,/);
    expect(lines.slice(1).map((each) => each.split(",").slice(0, 2).join())).toEqual(["5,failed", "16,failed", "27,failed", "38,failed"]);
    await userEvent.click(await screen.findByRole("button", { name: "Export jobs" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "All jobs and columns, as CSV" }));
    await waitFor(() =>
      expect(client.calls).toContainEqual(["download", { kind: "export", trialId: "digits-k3x9aa", format: "csv" }]),
    );
  });
});

describe("the filter of a column", () => {
  it("takes two numbers", async () => {
    showAnalysis(<JobsTable />);
    await userEvent.click(screen.getByRole("button", { name: "Filter by Loss" }));
    const filter = await screen.findByRole("dialog", { name: "Filter by Loss" });
    await userEvent.type(within(filter).getByLabelText("From"), "0.05");
    await userEvent.type(within(filter).getByLabelText("To"), "0.1{Enter}");
    expect(address().get("f")).toBe("loss:0.05..0.1");
    expect(numbers().length).toBeLessThan(39);
  });

  it("is drawn by its handles, by keys too", async () => {
    showAnalysis(<JobsTable />);
    await userEvent.click(screen.getByRole("button", { name: "Filter by C" }));
    const least = await screen.findByRole("slider", { name: "Least C" });
    act(() => least.focus());
    await userEvent.keyboard("{ArrowRight}");
    expect(address().get("f")).toMatch(/^params\.C:[\d.e-]+\.\.$/);
  });

  it("takes values, which it counts", async () => {
    showAnalysis(<JobsTable />);
    await userEvent.click(screen.getByRole("button", { name: "Filter by kernel" }));
    const filter = await screen.findByRole("dialog", { name: "Filter by kernel" });
    expect(filter).toHaveTextContent("poly13");
    await userEvent.click(within(filter).getByRole("checkbox", { name: "poly" }));
    expect(address().get("f")).toBe("params.kernel=poly");
    expect(grid()).toHaveAttribute("aria-rowcount", "14");
    await userEvent.click(within(filter).getByRole("button", { name: "Clear" }));
    expect(address().get("f")).toBeNull();
  });
});

it("is as wide as names and values need, within reason", () => {
  const long = "a.very.long.name.of.a.parameter.that.nobody.would.read.in.full";
  const table = new JobTable("t", parametersOf({ x: { type: "float", low: 0, high: 1 }, [long]: { type: "float", low: 0, high: 1 } }));
  const [short, wide] = columnsOf(table).filter(({ id }) => id.startsWith("params.")).map(widthOf);
  expect(short).toBe(112);
  expect(wide).toBe(260);
});
