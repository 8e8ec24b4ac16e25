import { describe, expect, it } from "vitest";

import { readRows, type Row } from "../../space/rows";
import { placed, together, writtenField } from "./placing";

const rows: Row[] = (() => {
  const read = readRows({ lr: { type: "float", low: 0, high: 1 }, model: { depth: [1, 2], lr: 3 } });
  return "rows" in read ? read.rows : [];
})();
const place = (field: string) => placed({ field, problem: "" }, rows).field;

describe("placed", () => {
  it.each([
    ["budget.jobs", "budget.jobs"],
    ["environment.A", "environment"],
    ["tags[2]", "tags"],
    ["algorithm", "algorithm.name"],
    ["algorithm.options.points", "algorithm.options"],
    ["space.lr.low", "space:p1.low"],
    ["space.model.lr.value", "space:p3.value"],
    ["space.model.depth[1]", "space:p2.values"],
    ["space.lr.when.optimizer", "space:p1.when"],
    ["space.lr.hihg", "space:p1.name"],
    ["space.unknown.low", "space.unknown.low"],
    ["points[0].params", "points[0].params"],
    ["", ""],
  ])("puts %j at %j", (field, expected) => {
    expect(place(field)).toBe(expected);
  });

  it("can be named again as the document does", () => {
    expect(writtenField(place("space.model.depth.values"), rows)).toBe("space.model.depth.values");
    expect(writtenField("budget.jobs", rows)).toBe("budget.jobs");
  });
});

describe("together", () => {
  it("does not say twice what is wrong with a field", () => {
    const own = [{ field: "image", problem: "Name the image" }];
    const asked = [
      { field: "image", problem: "must not be empty" },
      { field: "", problem: "name a target" },
      { field: "pool", problem: "is not allowed" },
    ];
    expect(together(own, asked).map(({ field }) => field)).toEqual(["image", "pool"]);
  });
});
