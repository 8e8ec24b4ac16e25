import { describe, expect, it } from "vitest";

import { pairsOf, problemsOfPairs, writtenPairs } from "./pairs";

describe("pairs", () => {
  it("are read from a mapping and from a list, and written as a mapping", () => {
    expect(writtenPairs(pairsOf({ A: 1, B: "x=y" }) ?? [])).toEqual({ A: 1, B: "x=y" });
    expect(writtenPairs(pairsOf(["A=1", "B=x=y"]) ?? [])).toEqual({ A: "1", B: "x=y" });
    expect(pairsOf(["WANDB"])).toEqual([{ name: "WANDB", value: "WANDB" }]);
  });

  it("lose nothing while two have the same name or one has none", () => {
    const pairs = [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
      { name: "", value: "3" },
    ];
    expect(pairsOf(writtenPairs(pairs))).toEqual(pairs);
    expect(problemsOfPairs(pairs)).toEqual([undefined, "A stands here twice", "Give it a name"]);
  });

  it("leave the field out when there are none, and do not touch what they cannot read", () => {
    expect(writtenPairs([])).toBeUndefined();
    expect(pairsOf("A=1")).toBeNull();
  });
});
