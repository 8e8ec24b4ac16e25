// The port over documents in memory: what tests put in is what the pages get. Every call is noted,
// any call can be made to fail, and news is told with `tell`.
import type { Client, FeedAsked, FeedListener, FeedStatus, LogPiece } from "../api/client";
import { ApiProblem } from "../api/problem";
import type { Columns, Frame, Job, JobFile, ListedTrial, MetricPage, RecordedEvent, SetAside, Trial, TrialSpec, Validated, Why, Worker } from "../api/types";
import * as samples from "./samples";

export interface World {
  trials: ListedTrial[];
  details: Record<string, Trial>;
  specs: Record<string, TrialSpec>;
  columns: Record<string, Columns>;
  jobs: Record<string, Job>;
  metrics: Record<string, MetricPage["items"]>;
  logs: Record<string, string>;
  files: Record<string, (JobFile & { content: Blob })[]>;
  workers: Worker[];
  events: RecordedEvent[];
  setAside: SetAside[];
  /** By the id of a job or a trial. */
  stories: Record<string, Why>;
  scopes: ("read" | "submit" | "admin")[];
  /** What was otherwise at a position. */
  past: Record<number, Partial<World>>;
}

export interface FakeClient extends Client {
  world: World;
  /** Each call as `[method, ...arguments]`. */
  calls: unknown[][];
  /** Calls of the method fail from now on; undefined: they work again. */
  fail(method: keyof Client, problem: ApiProblem | undefined): void;
  /** Tells everybody who follows the feed. */
  tell(...frames: Frame[]): void;
  /** Makes the connection of all who follow the feed so. */
  connection(status: FeedStatus): void;
  /** What is asked of the feed by those who follow it now. */
  followed(): FeedAsked[];
}

const missing = (what: string) => new ApiProblem(404, `there is no ${what}`);

function found<T>(things: Record<string, T>, id: string, what: string): T {
  const thing = things[id];
  if (thing === undefined) throw missing(`${what} ${id}`);
  return thing;
}

export function fakeClient(changes: Partial<World> = {}): FakeClient {
  const world: World = {
    trials: [],
    details: {},
    specs: {},
    columns: {},
    jobs: {},
    metrics: {},
    logs: {},
    files: {},
    workers: [],
    events: [],
    setAside: [],
    stories: {},
    scopes: ["read", "submit", "admin"],
    past: {},
    ...changes,
  };
  const calls: unknown[][] = [];
  const failures = new Map<string, ApiProblem>();
  const followers = new Map<FeedListener, FeedAsked>();
  const page = <T>(items: T[]) => ({ items, next_cursor: null, position: 1_000 });
  const done = () => Promise.resolve();
  const after = <T>(answer: () => T) => Promise.resolve().then(answer);

  const plain: Omit<Client, "feed" | "at"> = {
    health: () => after(() => ({ status: "ok", version: "0.1.0", position: 1_000, login: true })),
    me: () => after(() => ({ name: "tester", scopes: world.scopes })),
    trials: (query) =>
      after(() =>
        trialPage(
          world.trials.filter(
            (each) =>
              (query.state === undefined || each.state === query.state) &&
              (query.tag === undefined || each.tags.includes(query.tag)) &&
              (query.name === undefined || each.name.toLowerCase().includes(query.name.toLowerCase())) &&
              (query.archived === "any" || each.archived === (query.archived === "true")),
          ),
          query,
        ),
      ),
    trial: (id) =>
      after(() => {
        const listed = world.trials.find((each) => each.trial_id === id);
        return world.details[id] ?? (listed ? { ...listed, notes: "" } : found(world.details, id, "trial"));
      }),
    spec: (id) => after(() => found(world.specs, id, "trial")),
    specYaml: (id) => after(() => `name: ${found(world.specs, id, "trial").name}\n`),
    submit: () => after(() => "new-trial-1"),
    fork: () => after(() => "new-trial-1"),
    validate: (document) => after(() => validated(document)),
    change: done,
    stopTrial: done,
    pauseTrial: done,
    resumeTrial: done,
    addPoints: done,
    columns: (id, from, to) =>
      after(() => {
        const all = world.columns[id] ?? samples.columns(0, 1, 0, id);
        return cut(all, from, to);
      }),
    whyTrial: (id) => after(() => found(world.stories, id, "trial")),
    jobs: (query) =>
      after(() =>
        page(Object.values(world.jobs).filter((each) => !query.worker_id || each.worker_id === query.worker_id)),
      ),
    job: (id) => after(() => found(world.jobs, id, "job")),
    whyJob: (id) => after(() => found(world.stories, id, "job")),
    stopJob: done,
    retryJob: done,
    retractJob: done,
    metrics: (id) => after(() => page(world.metrics[id] ?? [])),
    log: (id, query) => after(() => piece(world.logs[id] ?? "", query)),
    files: (id) => after(() => (world.files[id] ?? []).map(({ path, size }) => ({ path, size }))),
    file: (id, path) =>
      after(() => {
        const file = world.files[id]?.find((each) => each.path === path);
        if (!file) throw missing(`file ${path}`);
        return file.content;
      }),
    workers: () => after(() => page(world.workers)),
    worker: (id) =>
      after(() => {
        const known = world.workers.find((each) => each.worker_id === id);
        if (!known) throw missing(`worker ${id}`);
        return known;
      }),
    drain: done,
    events: (query) => after(() => eventPage(world.events, query)),
    event: (named) =>
      after(() => {
        const known = world.events.find((each) => String(each.position) === named || each.event_id === named);
        if (!known) throw missing(`event ${named}`);
        return known;
      }),
    setAside: () => after(() => world.setAside),
    download: (what) => after(() => `#${what.kind}`),
  };

  const noted = Object.fromEntries(
    Object.entries(plain).map(([name, method]) => [
      name,
      (...given: unknown[]) => {
        calls.push([name, ...given]);
        const problem = failures.get(name);
        return problem ? Promise.reject(problem) : (method as (...all: unknown[]) => unknown)(...given);
      },
    ]),
  ) as unknown as Omit<Client, "feed" | "at">;

  return {
    ...noted,
    world,
    calls,
    at: (position) => {
      calls.push(["at", position]);
      return { ...fakeClient({ ...world, ...world.past[position] }), feed: () => () => undefined };
    },
    feed: (asked, listener) => {
      followers.set(listener, asked);
      queueMicrotask(() => followers.has(listener) && listener.status("live"));
      return () => followers.delete(listener);
    },
    fail: (method, problem) => {
      if (problem) failures.set(method, problem);
      else failures.delete(method);
    },
    tell: (...frames) => {
      for (const listener of followers.keys()) listener.frames(frames);
    },
    connection: (status) => {
      for (const listener of followers.keys()) listener.status(status);
    },
    followed: () => [...followers.values()],
  };
}

function validated(document: unknown): Validated {
  const name = typeof document === "string" ? "from yaml" : (document as { name: string }).name;
  return {
    valid: true,
    spec: samples.spec({ name }),
    runs_in: "docker",
    space: { size: null, dimensions: 4 },
    proposals: [{ C: 1, gamma: 0.01, kernel: "rbf" }],
    notes: [],
  };
}

function cut(all: Columns, from: number, to: number): Columns {
  const kept = all.number.flatMap((number, at) => (number >= from && number <= to ? [at] : []));
  const pick = <T>(values: T[]): T[] => kept.map((at) => values[at] as T);
  const picks = <T>(columns: Record<string, T[]>): Record<string, T[]> =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, pick(values)]));
  return {
    ...all,
    number: pick(all.number),
    state: pick(all.state),
    loss: pick(all.loss),
    origin: pick(all.origin),
    attempt: pick(all.attempt),
    worker: pick(all.worker),
    slot: pick(all.slot),
    proposed_at: pick(all.proposed_at),
    started_at: pick(all.started_at),
    finished_at: pick(all.finished_at),
    reason: pick(all.reason),
    retracted: pick(all.retracted),
    params: picks(all.params),
    metrics: picks(all.metrics),
  };
}

function piece(log: string, { attempt = 1, offset = 0, limit = 1e9 }: { attempt?: number; offset?: number; limit?: number }): LogPiece {
  const begin = offset < 0 ? Math.max(0, log.length + offset) : offset;
  const text = log.slice(begin, begin + limit);
  return { text, offset: begin, next: begin + text.length, attempt };
}

/** As the gateway: sorted by a value and the id, and a cursor names the last trial of the page before. */
function trialPage(
  fitting: ListedTrial[],
  { sort = "submitted_at", order = "desc", limit = 100, cursor }: Parameters<Client["trials"]>[0],
): Awaited<ReturnType<Client["trials"]>> {
  const compare = (a: ListedTrial, b: ListedTrial) => {
    const [one, other] = [a[sort] ?? 0, b[sort] ?? 0];
    const rising = one === other ? Number(a.trial_id > b.trial_id) * 2 - 1 : one < other ? -1 : 1;
    return order === "asc" ? rising : -rising;
  };
  const last = cursor === undefined ? undefined : (JSON.parse(cursor) as ListedTrial);
  const isBehind = (each: ListedTrial) => !last || (each.trial_id !== last.trial_id && compare(each, last) > 0);
  const behind = fitting.toSorted(compare).filter(isBehind);
  const items = behind.slice(0, limit);
  const next_cursor = behind.length > limit ? JSON.stringify(items.at(-1)) : null;
  return { items, next_cursor, position: 1_000 };
}

function eventPage(events: RecordedEvent[], query: Parameters<Client["events"]>[0]): Awaited<ReturnType<Client["events"]>> {
  const fitting = events.filter(
    (each) =>
      (!query.stream || each.stream === query.stream) &&
      (!query.type || each.type === query.type || each.type.replace(/\.v\d+$/, "") === query.type) &&
      each.position > (query.after ?? 0) &&
      each.position < (query.before ?? Infinity),
  );
  const ordered = query.before === undefined ? fitting : fitting.toSorted((a, b) => b.position - a.position);
  const items = ordered.slice(0, query.limit ?? 100);
  return {
    items,
    next_after: items.at(-1)?.position ?? 0,
    next_before: query.before !== undefined && items.length < ordered.length ? (items.at(-1)?.position ?? null) : null,
    position: Math.max(0, ...events.map((each) => each.position)),
  };
}
