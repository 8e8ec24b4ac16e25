import { describe, expect, it } from "vitest";

import { ordered } from "./order";
import { chance } from "../testing/chance";

const rowsOf = (count: number) => Array.from({ length: count }, (_, row) => row);

/** What `ordered` must give, said in the plainest way. */
function expected(numbers: readonly number[], isDescending: boolean): number[] {
  const is = (row: number) => !Number.isNaN(numbers[row]);
  const sign = isDescending ? -1 : 1;
  const at = (row: number) => numbers[row] ?? NaN;
  const rows = rowsOf(numbers.length);
  return [
    ...rows.filter(is).sort((a, b) => sign * (Number(at(a) > at(b)) - Number(at(a) < at(b))) || a - b),
    ...rows.filter((row) => !is(row)),
  ];
}

const ODD = [0, -0, NaN, Infinity, -Infinity, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -1, 1, 1.5, -1.5];

describe.each([12, 5_000])("%d rows", (count) => {
  it.each([false, true])("come by their numbers, the odd ones too, equal ones as they were (descending: %s)", (down) => {
    const next = chance(count);
    const numbers = rowsOf(count).map(() => {
      const kind = next();
      if (kind < 0.3) return ODD[Math.floor(next() * ODD.length)] ?? 0;
      if (kind < 0.6) return Math.floor(next() * 10) - 5;
      return (next() - 0.5) * 10 ** (40 * next() - 20);
    });
    expect(ordered(rowsOf(count), (row) => numbers[row] ?? NaN, down)).toEqual(expected(numbers, down));
  });
});

it("takes some rows of many, in the order in which they are given", () => {
  expect(ordered([7, 3, 5], (row) => (row === 5 ? 0 : 1), false)).toEqual([5, 7, 3]);
});

it("bears that there is no row, and that none has a number", () => {
  expect(ordered([], () => 1, true)).toEqual([]);
  expect(ordered([2, 1], () => NaN, true)).toEqual([2, 1]);
});
