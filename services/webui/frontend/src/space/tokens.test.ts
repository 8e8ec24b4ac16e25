import { describe, expect, it } from "vitest";

import { tokenOf, valueOfToken, valuesOfTokens } from "./tokens";

describe("tokens", () => {
  const numbers = [1, -0.5, 1e-5];
  const texts = ["adam", "1", "1e-5", "true", "null", "", " x ", "a, b", '"', "[1", "{"];

  it.each([...numbers, ...texts, true, false, null, [1, "a"], { a: 1 }])("give %j back as it was", (value) => {
    expect(valueOfToken(tokenOf(value))).toEqual(value);
    expect(valuesOfTokens(`${tokenOf(value)}, ${tokenOf(value)}`)).toEqual([value, value]);
  });

  it("show plain texts without quotes", () => {
    expect(tokenOf("adam")).toBe("adam");
    expect(tokenOf("1")).toBe('"1"');
  });

  it("are divided by commas and lines, but not within quotes or brackets", () => {
    expect(valuesOfTokens('adam, 0.5,"a, b",\n[1, 2] , true,')).toEqual(["adam", 0.5, "a, b", [1, 2], true]);
  });
});
