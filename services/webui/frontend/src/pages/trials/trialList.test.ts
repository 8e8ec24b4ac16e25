import { describe, expect, it } from "vitest";

import type { ListedTrial, TrialPage } from "../../api/types";
import { listedTrial } from "../../testing/samples";
import { joins, markBefore, merge, type Order, type TrialList } from "./trialList";

const NEWEST: Order = { sort: "submitted_at", order: "desc" };

const trial = (submitted_at: number, changes: Partial<ListedTrial> = {}): ListedTrial =>
  listedTrial({ trial_id: `t${submitted_at}`, submitted_at, ...changes });
const page = (times: number[], next: string | null): TrialPage => ({
  items: times.map((each) => trial(each)),
  next_cursor: next,
  position: 1,
});
const ids = (list: TrialList) => list.items.map((each) => each.submitted_at);

function listOf(...pages: [number[], string | null][]): TrialList {
  let list: TrialList | undefined;
  for (const [times, next] of pages) list = merge(list, page(times, next), list?.next ?? null, NEWEST);
  if (!list) throw new Error("no page");
  return list;
}

describe("a list of trials", () => {
  it("grows by the pages behind it until there is none", () => {
    const begun = listOf([[9, 8], "a"]);
    expect(begun.next?.cursor).toBe("a");
    const whole = listOf([[9, 8], "a"], [[7, 6], "b"], [[5], null]);
    expect(ids(whole)).toEqual([9, 8, 7, 6, 5]);
    expect(whole.next).toBeNull();
    expect(whole.marks.map((each) => each.cursor)).toEqual(["a", "b"]);
  });

  it("keeps a trial that a new one pushed off the first page", () => {
    const list = merge(listOf([[9, 8], "a"], [[7, 6], "b"]), page([10, 9], "c"), null, NEWEST);
    expect(ids(list)).toEqual([10, 9, 8, 7, 6]);
    expect(list.next?.cursor).toBe("b");
  });

  it("drops trials that a page should have had", () => {
    const list = merge(listOf([[9, 8], "a"], [[7, 6], "b"]), page([9, 7], "c"), null, NEWEST);
    expect(ids(list)).toEqual([9, 7, 6]);
    const emptied = merge(listOf([[9, 8], "a"], [[7], null]), page([], null), null, NEWEST);
    expect(ids(emptied)).toEqual([]);
  });

  it("drops what lies between a mark and the end of the page from there, and nothing else", () => {
    const list = listOf([[9, 8], "a"], [[7, 6], "b"], [[5, 4], "c"]);
    const mark = markBefore(list, 2, NEWEST);
    expect(mark?.cursor).toBe("a");
    expect(ids(merge(list, page([6], "d"), mark, NEWEST))).toEqual([9, 8, 6, 5, 4]);
  });

  it("holds a trial once that moved up", () => {
    const order: Order = { sort: "updated_at", order: "desc" };
    const at = (updated_at: number, id: string) => listedTrial({ trial_id: id, updated_at });
    const before = merge(
      undefined,
      { items: [at(9, "a"), at(8, "b"), at(7, "c")], next_cursor: null, position: 1 },
      null,
      order,
    );
    const after = merge(before, { items: [at(10, "c"), at(9, "a")], next_cursor: "x", position: 2 }, null, order);
    expect(after.items.map((each) => each.trial_id)).toEqual(["c", "a", "b"]);
    expect(after.position).toBe(2);
  });

  it("orders equal values by the id, as the gateway does", () => {
    const items = [trial(9, { trial_id: "b" }), trial(9, { trial_id: "a" })];
    const newest = merge(undefined, { items, next_cursor: null, position: 1 }, null, NEWEST);
    expect(newest.items.map((each) => each.trial_id)).toEqual(["b", "a"]);
    const byName = merge(undefined, { items, next_cursor: null, position: 1 }, null, { sort: "name", order: "asc" });
    expect(byName.items.map((each) => each.trial_id)).toEqual(["a", "b"]);
  });

  it("joins a page from the top only where nothing unknown can lie between", () => {
    const list = listOf([[9, 8], "a"]);
    expect(joins(list, page([10, 9], "b"), NEWEST)).toBe(true);
    expect(joins(list, page([12, 11], "b"), NEWEST)).toBe(false);
    expect(joins(list, page([12, 11], null), NEWEST)).toBe(true);
  });

  it("is read from the top for the trials of its first page", () => {
    const list = listOf([[9, 8], "a"], [[7, 6], "b"]);
    expect(markBefore(list, 1, NEWEST)).toBeNull();
    expect(markBefore(list, 3, NEWEST)?.cursor).toBe("a");
  });
});
