import { describe, expect, it } from "vitest";

import type { EventPage, RecordedEvent } from "../../api/types";
import * as samples from "../../testing/samples";
import { begun, MOST, withNewer, withOlder } from "./history";

const ALL = { stream: undefined, type: undefined };
const at = (position: number): RecordedEvent =>
  samples.event("worker.left.v1", { worker_id: "ant-1" }, position, { stream: "worker-ant-1" });
const from = (newest: number, oldest: number): RecordedEvent[] =>
  Array.from({ length: newest - oldest + 1 }, (_, index) => at(newest - index));
const page = (items: RecordedEvent[], next_before: number | null): EventPage => ({
  items,
  next_before,
  next_after: 0,
  position: items[0]?.position ?? 0,
});
const positions = (events: readonly RecordedEvent[]) => events.map((each) => each.position);

describe("history", () => {
  it("puts what is heard on top, in order, and each event once", () => {
    const history = withNewer(begun(ALL, page(from(5, 3), 3)), [at(5), at(6), at(8), at(7), at(6)].slice(0, 4), false);
    expect(positions(history.events)).toEqual([8, 7, 6, 5, 4, 3]);
    expect(withNewer(history, [at(7), at(8)], false)).toBe(history);
  });

  it("takes of the feed only what is picked, and still knows how far it heard", () => {
    const history = withNewer(begun({ stream: "trial-x", type: undefined }, page([], null)), [at(4)], false);
    expect(history.events).toEqual([]);
    expect(history.newest).toBe(4);
  });

  it("puts an older page below, without what it holds already", () => {
    const history = withOlder(begun(ALL, page(from(9, 6), 6)), page(from(7, 4), 4));
    expect(positions(history.events)).toEqual([9, 8, 7, 6, 5, 4]);
    expect(history.below).toBe(4);
  });

  it("lets go of the oldest when it holds too many, and can read them again", () => {
    const history = withNewer(begun(ALL, page(from(MOST, 1), null)), [at(MOST + 1)], false);
    expect(history.events.length).toBeLessThan(MOST);
    expect(history.below).toBe(history.events.at(-1)?.position);
  });

  it("keeps all that is looked at while it is held, and counts what finds no room", () => {
    const begin = begun(ALL, page(from(2 * MOST, 1), null));
    const history = withNewer(begin, [at(2 * MOST + 1), at(2 * MOST + 2)], true);
    expect(history.events).toBe(begin.events);
    expect(history.missed).toBe(2);
    expect(withNewer(history, [at(2 * MOST + 3)], false).missed).toBe(3);
  });
});
