import { expect, it } from "vitest";

import { gridsOf, isPart, zoomsOf } from "./zoom";

it("has a zoom of either axis for every grid", () => {
  const dataZoom = zoomsOf(3);
  expect(dataZoom.map(({ id }) => id)).toEqual(["x0", "y0", "x1", "y1", "x2", "y2"]);
  expect(gridsOf({ dataZoom })).toBe(3);
  expect(gridsOf({})).toBe(0);
});

it("knows whether only a part is seen", () => {
  expect(isPart({ start: 0, end: 100 })).toBe(false);
  expect(isPart({ start: 10, end: 100 })).toBe(true);
  expect(isPart({ batch: [{ start: 0, end: 100 }, { startValue: 1, endValue: 2 }] })).toBe(true);
  expect(isPart({ batch: [{ start: 0, end: 100 }] })).toBe(false);
});
