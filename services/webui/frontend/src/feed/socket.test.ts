import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { FeedAsked, FeedStatus } from "../api/client";
import type { Frame } from "../api/types";
import { event } from "../testing/samples";
import { openFeed } from "./socket";

class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  isClosed = false;
  readonly address: string;

  constructor(address: string) {
    this.address = address;
    FakeSocket.all.push(this);
  }

  close() {
    if (this.isClosed) return;
    this.isClosed = true;
    this.onclose?.();
  }

  say(...frames: unknown[]) {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const alive = (position: number): Frame => ({ kind: "alive", position });
const happened = (position: number) => event("trial.paused.v1", { trial_id: "a" }, position);
const log = (text: string, offset: number, attempt = 1): Frame => ({
  kind: "log",
  job_id: "a.1",
  attempt,
  offset,
  next: offset + text.length,
  text,
});

function feed(first: Partial<FeedAsked> = {}) {
  const heard: Frame[][] = [];
  const states: FeedStatus[] = [];
  const asked: FeedAsked[] = [];
  const close = openFeed(
    (each) => {
      asked.push(each);
      return Promise.resolve(`ws://gateway/${asked.length}`);
    },
    { topics: ["trials"], after: 5, ...first },
    { frames: (frames) => heard.push([...frames]), status: (status) => states.push(status) },
  );
  return { heard, states, asked, close };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const newest = (): FakeSocket => {
  const socket = FakeSocket.all.at(-1);
  if (!socket) throw new Error("no socket was opened");
  return socket;
};

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => vi.useRealTimers());

describe("the feed", () => {
  it("gives the frames of a burst at once", async () => {
    const { heard, states } = feed();
    await pass(0);
    newest().onopen?.();
    newest().say(happened(6), happened(7));
    expect(heard).toEqual([]);
    await pass(100);
    expect(heard.map((frames) => frames.length)).toEqual([2]);
    expect(states).toEqual(["connecting", "live"]);
  });

  it("goes on after the last position when the connection broke", async () => {
    const { asked, states } = feed();
    await pass(0);
    newest().onopen?.();
    newest().say(happened(6), alive(9));
    newest().close();
    expect(states.at(-1)).toBe("away");
    await pass(600);
    expect(FakeSocket.all).toHaveLength(2);
    expect(asked.map((each) => each.after)).toEqual([5, 9]);
    newest().onopen?.();
    expect(states.at(-1)).toBe("live");
  });

  it("loses nothing that was heard right before a break", async () => {
    const { heard } = feed();
    await pass(0);
    newest().say(happened(6));
    newest().close();
    await pass(100);
    expect(heard.flat()).toEqual([happened(6)]);
  });

  it("goes on in a log where it was, and in the attempt where it was", async () => {
    const { asked } = feed({ logs: ["a.1", "b.2:1:7"] });
    await pass(0);
    newest().say(log("hello", 0), log("again!", 0, 2));
    newest().close();
    await pass(600);
    expect(asked.at(-1)?.logs).toEqual(["a.1:2-:6", "b.2:1:7"]);
  });

  it("stays with the one attempt whose log was asked for", async () => {
    const { asked } = feed({ logs: ["a.1:1:0"] });
    await pass(0);
    newest().say(log("hello", 0));
    newest().close();
    await pass(600);
    expect(asked.at(-1)?.logs).toEqual(["a.1:1:5"]);
  });

  it("takes a long silence for a break", async () => {
    feed();
    await pass(0);
    newest().onopen?.();
    await pass(30_000);
    newest().say(alive(6));
    await pass(30_000);
    expect(FakeSocket.all).toHaveLength(1);
    await pass(11_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  it("tries less and less often, and often again after it heard something", async () => {
    feed();
    const pauses: number[] = [];
    await pass(0);
    for (let tries = 0; tries < 6; tries += 1) {
      const count = FakeSocket.all.length;
      newest().close();
      let pause = 0;
      for (; FakeSocket.all.length === count; pause += 100) await pass(100);
      pauses.push(pause);
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
    newest().say(alive(6));
    newest().close();
    await pass(500);
    expect(FakeSocket.all).toHaveLength(8);
  });

  it("tries again where no address is to be had", async () => {
    const address = vi.fn().mockRejectedValueOnce(new Error("no ticket")).mockResolvedValue("ws://gateway/");
    const status = vi.fn();
    openFeed(address, { topics: null, after: null }, { frames: () => undefined, status });
    await pass(0);
    expect(status).toHaveBeenLastCalledWith("away");
    await pass(500);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("says nothing more and never comes back once it is closed", async () => {
    const { heard, states, close } = feed();
    await pass(0);
    newest().onopen?.();
    newest().say(happened(6));
    close();
    await pass(60_000);
    expect(heard).toEqual([]);
    expect(states).toEqual(["connecting", "live"]);
    expect(newest().isClosed).toBe(true);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("opens nothing where it was closed before it had an address", async () => {
    const { close } = feed();
    close();
    await pass(1_000);
    expect(FakeSocket.all).toHaveLength(0);
  });
});
