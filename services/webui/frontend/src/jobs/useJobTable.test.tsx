import { act, waitFor } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiProblem } from "../api/problem";
import type { Columns } from "../api/types";
import { parametersOf, type Parameter } from "../space/outline";
import { fakeClient, type FakeClient } from "../testing/fakeClient";
import { history } from "../testing/history";
import * as samples from "../testing/samples";
import { show } from "../testing/show";
import { columnsOf } from "./filters";
import { JobTable } from "./table";
import { useJobTable, type Jobs } from "./useJobTable";

const TRIAL = "digits-k3x9aa";
const SPACE = parametersOf({ C: { type: "float", low: 0, high: 1 }, kernel: { type: "choice", values: [] } });

let seen: ReturnType<typeof useJobTable> | undefined;
const jobs = (): Jobs => {
  if (!seen?.jobs) throw new Error("there is no table yet");
  return seen.jobs;
};

interface Asked {
  proposed: number | undefined;
  parameters?: Parameter[];
  onEvents?: () => void;
}

function Reader({ proposed, parameters = SPACE, onEvents }: Asked) {
  const read = useJobTable(TRIAL, parameters, proposed, onEvents);
  // eslint-disable-next-line react-hooks/globals -- the test looks at what the hook gave last
  seen = read;
  return <p>{read.jobs ? `${read.jobs.table.loaded} of ${read.jobs.table.size}` : "nothing"}</p>;
}

const asked = (client: FakeClient) => client.calls.filter(([name]) => name === "columns").map(([, , from, to]) => [from, to]);

const shown = (table: JobTable) =>
  Array.from({ length: table.size }, (_, row) => columnsOf(table).map((each) => `${each.id} ${each.text(row)}`));

beforeEach(() => {
  seen = undefined;
});
afterEach(() => {
  vi.useRealTimers();
});

describe("reading", () => {
  it("waits until the trial is known", () => {
    const { client, getByText } = show(<Reader proposed={undefined} />);
    expect(getByText("nothing")).toBeVisible();
    expect(asked(client)).toEqual([]);
    expect(client.followed()).toEqual([]);
  });

  it("takes few jobs at once", async () => {
    const client = fakeClient({ columns: { [TRIAL]: samples.columns(40) } });
    const { findByText } = show(<Reader proposed={40} parameters={parametersOf(samples.spec().space)} />, { client });
    await findByText("40 of 40");
    expect(jobs().isComplete).toBe(true);
    expect(asked(client)).toEqual([[1, 10_000]]);
    expect(client.followed()).toEqual([{ topics: [`trial:${TRIAL}`], after: 1_000, logs: [] }]);
  });

  it("tells that the trial may be older than its jobs, once they are there", async () => {
    const client = fakeClient({ columns: { [TRIAL]: samples.columns(3) } });
    const onEvents = vi.fn();
    const { findByText } = show(<Reader proposed={3} onEvents={onEvents} />, { client });
    expect(onEvents).not.toHaveBeenCalled();
    await findByText("3 of 3");
    expect(onEvents).toHaveBeenCalledOnce();
  });

  it("takes the newest of many first, and the older ones behind them", async () => {
    const client = fakeClient({ columns: { [TRIAL]: samples.columns(25_000) } });
    const { findByText } = show(<Reader proposed={25_000} parameters={parametersOf(samples.spec().space)} />, { client });
    await findByText("25000 of 25000");
    expect(asked(client)).toEqual([[23_001, 33_000], [13_001, 23_000], [3_001, 13_000], [1, 3_000]]);
    expect(jobs().isComplete).toBe(true);
  });

  it("begins anew where there are far more than was known", async () => {
    const client = fakeClient({ columns: { [TRIAL]: samples.columns(12_000) } });
    const { findByText } = show(<Reader proposed={5} parameters={parametersOf(samples.spec().space)} />, { client });
    await findByText("12000 of 12000");
    expect(asked(client)).toEqual([[1, 10_000], [10_001, 20_000], [1, 10_000]]);
  });

  it("says what went wrong, and tries again when it is told to", async () => {
    const client = fakeClient({ columns: { [TRIAL]: samples.columns(3) } });
    client.fail("columns", new ApiProblem(503, "the store is away"));
    const { findByText } = show(<Reader proposed={3} />, { client });
    await waitFor(() => expect(seen?.error?.message).toBe("the store is away"));
    client.fail("columns", undefined);
    act(() => seen?.retry());
    await findByText("3 of 3");
    expect(seen?.error).toBeNull();
  });
});

/** A gateway in the middle of a history: `tell` lets it go on, also for those who listen. */
function gateway(seed: number, length: number, begin: number) {
  const { events, columns } = history(seed, length);
  const client = fakeClient();
  const plain = client.columns.bind(client);
  let at = begin;
  client.columns = async (id, from, to) => {
    await plain(id, from, to); // noted, and failing when it shall
    return columns(at, from, to);
  };
  const tell = (count: number) => {
    const news = events.slice(at, at + count);
    at += news.length;
    act(() => client.tell(...news));
  };
  const truth = new JobTable(TRIAL, SPACE);
  truth.fill(columns(length));
  return { client, tell, truth, proposed: columns(begin).proposed, isAtEnd: () => at === length };
}

describe("hearing", () => {
  it("folds in what is heard, and tells of it four times a second at most", async () => {
    const { client, tell, proposed, truth, isAtEnd } = gateway(1, 200, 100);
    show(<Reader proposed={proposed} />, { client });
    await waitFor(() => expect(jobs().isComplete).toBe(true));
    vi.useFakeTimers();
    const { version } = jobs();
    while (!isAtEnd()) tell(7);
    expect(jobs().version).toBe(version);
    act(() => void vi.advanceTimersByTime(260));
    expect(jobs().version).toBe(version + 1);
    expect(shown(jobs().table)).toEqual(shown(truth));
    tell(1);
    act(() => void vi.advanceTimersByTime(1_000));
    expect(jobs().version).toBe(version + 1);
  });

  it("goes on after the gateway was away while older jobs were read, and loses and doubles nothing", async () => {
    const { client, tell, truth, proposed, isAtEnd } = gateway(2, 45_000, 30_000);
    const asks: (() => void)[] = [];
    const columns = client.columns.bind(client);
    client.columns = async (...given): Promise<Columns> => {
      const answer = await columns(...given);
      await new Promise<void>((resolve) => asks.push(resolve)); // on its way for a while
      return answer;
    };
    const answer = () =>
      act(async () => {
        asks.splice(0).forEach((each) => each());
        await vi.advanceTimersByTimeAsync(2_500);
      });
    vi.useFakeTimers();
    show(<StrictMode><Reader proposed={proposed} /></StrictMode>, { client });
    await answer();
    client.fail("columns", new ApiProblem(0, "nobody answers"));
    await answer();
    const { loaded } = jobs().table;
    expect(loaded).toBeGreaterThan(0);
    tell(3_000);
    await answer();
    expect(jobs().isComplete).toBe(false);
    client.fail("columns", undefined);
    while (!jobs().isComplete) {
      await answer();
      tell(500);
    }
    while (!isAtEnd()) tell(1_000);
    expect(jobs().table.loaded).toBe(truth.size);
    expect(shown(jobs().table)).toEqual(shown(truth));
  }, 30_000);

  it("loses nothing that is told while all is read anew", async () => {
    const { client, tell, truth, proposed, isAtEnd } = gateway(3, 300, 100);
    show(<Reader proposed={proposed} />, { client });
    await waitFor(() => expect(jobs().isComplete).toBe(true));
    const first = jobs().table;
    let answer: () => void = () => undefined;
    const columns = client.columns.bind(client);
    client.columns = async (...given) => {
      const old = await columns(...given);
      await new Promise<void>((resolve) => (answer = resolve));
      return old;
    };
    act(() => seen?.retry());
    await act(() => Promise.resolve());
    while (!isAtEnd()) tell(50);
    answer();
    await waitFor(() => expect(jobs().table).not.toBe(first));
    expect(shown(jobs().table)).toEqual(shown(truth));
  });

  it("hears no more when nobody looks", async () => {
    const { client, proposed } = gateway(4, 200, 100);
    const { unmount } = show(<Reader proposed={proposed} />, { client });
    await waitFor(() => expect(client.followed()).toHaveLength(1));
    unmount();
    expect(client.followed()).toEqual([]);
  });
});
