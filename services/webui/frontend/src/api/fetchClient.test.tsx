import { beforeEach, describe, expect, it, vi } from "vitest";

import { fetchClient } from "./fetchClient";
import { ApiProblem } from "./problem";
import { keepToken, readToken } from "./session";

const client = fetchClient(new URL("http://gateway/below/api/v1/"));

/** Answers every request so; gives the requests. */
function answering(status: number, body: BodyInit | object, headers: Record<string, string> = {}): Request[] {
  const asked: Request[] = [];
  const isText = typeof body === "string";
  vi.stubGlobal("fetch", (request: Request) => {
    asked.push(request);
    const content = isText ? body : JSON.stringify(body);
    const type = isText ? "text/plain" : "application/json";
    return Promise.resolve(new Response(content, { status, headers: { "Content-Type": type, ...headers } }));
  });
  return asked;
}

beforeEach(() => keepToken(""));

describe("the client over HTTP", () => {
  it("asks below the address of the page, with the token", async () => {
    keepToken("hd_abc");
    const asked = answering(200, { items: [], next_cursor: null, position: 3 });
    const page = await client.trials({ state: "running", name: "a b", cursor: undefined });
    expect(page.position).toBe(3);
    expect(asked[0]?.url).toBe("http://gateway/below/api/v1/trials?state=running&name=a%20b");
    expect(asked[0]?.headers.get("Authorization")).toBe("Bearer hd_abc");
  });

  it("says what was refused, and of which field", async () => {
    answering(422, { title: "Invalid", detail: "the trial is wrong", errors: [{ field: "space.x", problem: "is empty" }] });
    const problem = await client.submit("name: x").catch((error: unknown) => error as ApiProblem);
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ status: 422, message: "the trial is wrong" });
    expect((problem as ApiProblem).of("space.x")).toBe("is empty");
    expect((problem as ApiProblem).of("name")).toBeUndefined();
  });

  it("sends a text as YAML, as it was written", async () => {
    const asked = answering(201, { trial_id: "x-1" });
    expect(await client.submit("name: x\n# why\n")).toBe("x-1");
    expect(asked[0]?.headers.get("Content-Type")).toBe("application/yaml");
    expect(await asked[0]?.text()).toBe("name: x\n# why\n");
  });

  it("makes a call that is repeated with its key the same call", async () => {
    const asked = answering(201, { trial_id: "x-1" });
    await client.submit("name: x", "key-1");
    expect(asked[0]?.headers.get("Idempotency-Key")).toBe("key-1");
    await client.fork("t-1", { at: 17, changes: {}, results: true, fill: {} }, "key-2");
    expect(asked[1]?.url).toMatch(/\/trials\/t-1\/fork$/);
    expect(asked[1]?.headers.get("Idempotency-Key")).toBe("key-2");
    expect(await asked[1]?.json()).toMatchObject({ at: 17 });
  });

  it("exports what was, and gives files as they are", async () => {
    answering(200, { ticket: "t" });
    const past = client.at(17);
    expect(await past.download({ kind: "export", trialId: "t-1", format: "csv" })).toContain("at=17");
    expect(await past.download({ kind: "best", trialId: "t-1" })).not.toContain("at=");
  });

  it("reads trials and jobs as of a position, and nothing else", async () => {
    const asked = answering(200, {});
    const past = client.at(17);
    await past.trial("t-1");
    await past.columns("t-1", 1, 9);
    await past.metrics("t-1.3");
    await past.me();
    await past.stopTrial("t-1");
    expect(asked.map(({ url }) => new URL(url).searchParams.get("at"))).toEqual(["17", "17", "17", null, null]);
    expect(asked[1]?.url).toContain("from=1&to=9&at=17");
  });

  it("says that nobody answers", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(client.trial("a")).rejects.toThrow(/does not answer/);
  });

  it("forgets a token that was refused, and no other", async () => {
    keepToken("hd_old");
    answering(401, { title: "Unauthorized", detail: "unknown token" });
    await expect(client.me()).rejects.toMatchObject({ status: 401 });
    expect(readToken()).toBe("");
  });

  it("reads a piece of a log with its place", async () => {
    const asked = answering(200, "epoch 1\n", { "X-Log-Offset": "4", "X-Log-Next": "12", "X-Log-Attempt": "2" });
    expect(await client.log("a.1", { offset: 4 })).toEqual({ text: "epoch 1\n", offset: 4, next: 12, attempt: 2 });
    expect(asked[0]?.url).toBe("http://gateway/below/api/v1/jobs/a.1/log?offset=4");
  });

  it("opens a download with a ticket, and never with the token in the address", async () => {
    keepToken("hd_abc");
    answering(200, { ticket: "once" });
    expect(await client.download({ kind: "file", jobId: "a.1", path: "plots/a b.png" })).toBe(
      "http://gateway/below/api/v1/jobs/a.1/files/plots/a%20b.png?ticket=once",
    );
  });

  it("opens a download plainly where no token is wanted", async () => {
    const asked = answering(500, {});
    expect(await client.download({ kind: "export", trialId: "a", format: "csv" })).toBe(
      "http://gateway/below/api/v1/trials/a/export?format=csv",
    );
    expect(asked).toEqual([]);
  });
});
