import { expect, it } from "vitest";

import { csvOf } from "./table";

it("writes numbers, texts and what is not there so that every program reads them", () => {
  const rows = [
    [1, 0.5, "plain"],
    [2, NaN, 'a, "b"'],
    [3, null, "two\nlines"],
  ];
  expect(csvOf({ columns: ["job", "loss", "note"], rows })).toBe(
    'job,loss,note\r\n1,0.5,plain\r\n2,,"a, ""b"""\r\n3,,"two\nlines"\r\n',
  );
});
