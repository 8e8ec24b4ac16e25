// The part of a list of trials that is known, and how a page that was read anew changes it. Pages are
// read where people look, in any order and at any time: the list stays sorted, holds no trial twice,
// and loses those that a page should have had and has not.
import type { TrialQuery } from "../../api/client";
import type { ListedTrial, TrialPage } from "../../api/types";
import type { Sort } from "./filters";

/** Where a trial stands: as the gateway sorts, by a value and then by the id. */
interface Place {
  value: string | number;
  id: string;
}

/** A place from which the gateway can be asked to go on. */
export interface Mark {
  cursor: string;
  after: Place;
}

export interface TrialList {
  items: ListedTrial[];
  marks: Mark[];
  /** From where more can be read; null: all of it is known. */
  next: Mark | null;
  /** What the feed is to go on after. */
  position: number;
}

export interface Order {
  sort: Sort;
  order: "asc" | "desc";
}

export const orderOf = ({ sort = "submitted_at", order = "desc" }: TrialQuery): Order => ({ sort, order });

const placeOf = (trial: ListedTrial, { sort }: Order): Place => ({ value: trial[sort] ?? 0, id: trial.trial_id });

function compare(one: Place, other: Place, { order }: Order): number {
  const less = one.value === other.value ? one.id < other.id : one.value < other.value;
  if (one.value === other.value && one.id === other.id) return 0;
  return less === (order === "asc") ? -1 : 1;
}

/** The list after a page was read from a mark (null: from the top). */
export function merge(list: TrialList | undefined, page: TrialPage, from: Mark | null, order: Order): TrialList {
  const known = list ?? { items: [], marks: [], next: null, position: page.position };
  const last = page.items.at(-1);
  const end = page.next_cursor !== null && last ? { cursor: page.next_cursor, after: placeOf(last, order) } : null;
  const isAll = page.next_cursor === null;
  const isBehind = (place: Place, mark: Mark | null) => mark !== null && compare(place, mark.after, order) > 0;
  const isCovered = (place: Place) =>
    (from === null || isBehind(place, from)) && (isAll || (end !== null && !isBehind(place, end)));

  const ids = new Set(page.items.map((each) => each.trial_id));
  const kept = known.items.filter((each) => !ids.has(each.trial_id) && !isCovered(placeOf(each, order)));
  const items = [...kept, ...page.items].sort((a, b) => compare(placeOf(a, order), placeOf(b, order), order));
  const marks = known.marks.filter((mark) => !isCovered(mark.after));
  if (end) marks.push(end);
  marks.sort((a, b) => compare(a.after, b.after, order));

  const reachesFurther = !list || (known.next !== null && (isAll || (end !== null && isBehind(end.after, known.next))));
  return { items, marks, next: reachesFurther ? end : known.next, position: Math.max(known.position, page.position) };
}

/** Whether nothing unknown can lie behind a page from the top: it reaches what was known before. */
export function joins(list: TrialList, page: TrialPage, order: Order): boolean {
  if (page.next_cursor === null) return true;
  const known = new Map(list.items.map((each) => [each.trial_id, placeOf(each, order).value]));
  return page.items.some((each) => known.get(each.trial_id) === placeOf(each, order).value);
}

/** The mark from which the trials from number `first` on are read; null: the top. */
export function markBefore(list: TrialList, first: number, order: Order): Mark | null {
  const trial = list.items[first];
  if (!trial) return null;
  const place = placeOf(trial, order);
  return list.marks.findLast((mark) => compare(mark.after, place, order) < 0) ?? null;
}

/** Whether a mark stands before the trial of number `last`: those behind it were not read yet. */
export function isBefore(mark: Mark, list: TrialList, last: number, order: Order): boolean {
  const trial = list.items[last];
  return trial !== undefined && compare(mark.after, placeOf(trial, order), order) < 0;
}
