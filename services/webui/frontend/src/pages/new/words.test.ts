import { describe, expect, it } from "vitest";

import { lineOfWords, wordsOf } from "./words";

describe("wordsOf", () => {
  it.each([
    ["python train.py  --fast", ["python", "train.py", "--fast"]],
    [`sh -c "echo 'a b'"`, ["sh", "-c", "echo 'a b'"]],
    [`a'b c'd "" \\"`, ["ab cd", "", '"']],
    ['"not closed yet', ["not closed yet"]],
    ["  ", []],
  ])("divides %j", (line, words) => {
    expect(wordsOf(line)).toEqual(words);
  });

  it("reads back every command that was written as a line", () => {
    const words = ["sh", "-c", 'echo "$HOME" \\ \'x\'', "", "a b", "täxt", "--lr=1e-3", "two\nlines"];
    expect(wordsOf(lineOfWords(words))).toEqual(words);
  });
});
