// The port over HTTP: the gateway that served this page, or stands behind its server.
import createFetch from "openapi-fetch";

import { openFeed } from "../feed/socket";
import type { Client, Download, LogPiece } from "./client";
import { ApiProblem } from "./problem";
import type { paths } from "./schema";
import { readToken, refuseToken } from "./session";
import type { Columns, TrialDocument, TrialSpec } from "./types";

/** An answer as openapi-fetch gives it. */
interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

const YAML = { "Content-Type": "application/yaml" };

/** A client of the gateway at `base`, the address of its API with a slash at the end. */
export function fetchClient(base: URL, at?: number): Client {
  const send = (request: Request) => authorized(at === undefined ? request : asOf(request, base, at));
  const api = createFetch<paths>({ baseUrl: base.href.replace(/\/$/, ""), fetch: send });

  const ticketed = async (url: URL): Promise<URL> => {
    if (!readToken()) return url;
    const { ticket } = await taken(api.POST("/tickets"));
    url.searchParams.set("ticket", ticket);
    return url;
  };
  const below = (parts: string[], query: Record<string, string | number | undefined> = {}): URL => {
    const url = new URL(parts.map(encodeURIComponent).join("/"), base);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  };
  const plain = async (url: URL): Promise<Response> => {
    const answer = await send(new Request(url));
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  };
  const trial = (trial_id: string) => ({ params: { path: { trial_id } } });
  const job = (job_id: string) => ({ params: { path: { job_id } } });
  const worker = (worker_id: string) => ({ params: { path: { worker_id } } });

  return {
    at: (position) => fetchClient(base, position),

    health: () => taken(api.GET("/health")),
    me: () => taken(api.GET("/me")),

    trials: (query) => taken(api.GET("/trials", { params: { query } })),
    trial: (id) => taken(api.GET("/trials/{trial_id}", trial(id))),
    spec: async (id) => (await (await plain(below(["trials", id, "spec"]))).json()) as TrialSpec,
    specYaml: async (id) => (await plain(below(["trials", id, "spec"], { format: "yaml" }))).text(),
    submit: async (document, key) => (await taken(api.POST("/trials", { ...bodyOf(document, key) }))).trial_id,
    fork: async (id, body, key) =>
      (await taken(api.POST("/trials/{trial_id}/fork", { ...trial(id), body, headers: once(key) }))).trial_id,
    validate: (document) => taken(api.POST("/trials/validate", { ...bodyOf(document) })),
    change: async (id, body) => {
      await taken(api.PATCH("/trials/{trial_id}", { ...trial(id), body }));
    },
    stopTrial: (id) => done(api.POST("/trials/{trial_id}/stop", trial(id))),
    pauseTrial: (id) => done(api.POST("/trials/{trial_id}/pause", trial(id))),
    resumeTrial: (id) => done(api.POST("/trials/{trial_id}/resume", trial(id))),
    addPoints: async (id, points, key) => {
      await taken(api.POST("/trials/{trial_id}/points", { ...trial(id), body: { points }, headers: once(key) }));
    },
    columns: async (id, from, to) =>
      (await (await plain(below(["trials", id, "columns"], { from, to }))).json()) as Columns,
    whyTrial: (id) => taken(api.GET("/trials/{trial_id}/why", trial(id))),

    jobs: (query) => taken(api.GET("/jobs", { params: { query } })),
    job: (id) => taken(api.GET("/jobs/{job_id}", job(id))),
    whyJob: (id) => taken(api.GET("/jobs/{job_id}/why", job(id))),
    stopJob: (id) => done(api.POST("/jobs/{job_id}/stop", job(id))),
    retryJob: (id) => done(api.POST("/jobs/{job_id}/retry", job(id))),
    retractJob: async (id, reason) => {
      await taken(api.POST("/jobs/{job_id}/retract", { ...job(id), body: { reason } }));
    },
    metrics: (job_id, cursor) =>
      taken(
        api.GET("/jobs/{job_id}/metrics", {
          params: { path: { job_id }, query: { limit: 500, cursor } },
        }),
      ),
    log: async (id, query) => logPiece(await plain(below(["jobs", id, "log"], query))),
    files: async (id) => (await taken(api.GET("/jobs/{job_id}/files", job(id)))).items,
    file: async (id, path) => (await plain(below(["jobs", id, "files", ...path.split("/")]))).blob(),

    workers: () => taken(api.GET("/workers", { params: { query: { limit: 500, order: "desc" } } })),
    worker: (id) => taken(api.GET("/workers/{worker_id}", worker(id))),
    drain: async (id, on) => {
      if (on) await taken(api.POST("/workers/{worker_id}/drain", worker(id)));
      else await taken(api.POST("/workers/{worker_id}/undrain", worker(id)));
    },

    events: (query) => taken(api.GET("/events", { params: { query } })),
    event: (event) => taken(api.GET("/events/{event}", { params: { path: { event } } })),
    setAside: async () => (await taken(api.GET("/set-aside"))).items,

    download: async (what) => (await ticketed(below(...placeOf(what, at)))).href,
    feed: (asked, listener) =>
      at !== undefined ? () => undefined : openFeed(async ({ after, topics, logs }) => {
        const url = below(["events"], {
          after: after ?? undefined,
          topics: topics?.join(","),
          log: logs?.length ? logs.join(",") : undefined,
        });
        url.protocol = url.protocol.replace("http", "ws");
        return (await ticketed(url)).href;
      }, asked, listener),
  };
}

/** What of a trial and its jobs can be read as of a moment; all else is only as it is. */
const OF_A_MOMENT = /^(trials\/[^/]+(\/(spec|columns|jobs|why))?|jobs\/[^/]+(\/(metrics|why))?)$/;

/** The same request as of a position, where it asks for something that the past has. */
function asOf(request: Request, base: URL, at: number): Request {
  const url = new URL(request.url);
  if (request.method !== "GET" || !OF_A_MOMENT.test(url.pathname.slice(base.pathname.length))) return request;
  url.searchParams.set("at", String(at));
  return new Request(url, request);
}

/** `fetch` with the token; a refused token is forgotten, and asked for anew. */
async function authorized(request: Request): Promise<Response> {
  const token = readToken();
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  let answer: Response;
  try {
    answer = await fetch(request);
  } catch {
    throw new ApiProblem(0, "The gateway does not answer. The page goes on by itself when it does.");
  }
  if (answer.status === 401) refuseToken(token, (await problemOf(answer.clone())).message);
  return answer;
}

async function done(call: Promise<Answered<unknown>>): Promise<void> {
  await taken(call);
}

async function taken<T>(call: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  throw problemFrom(response.status, error);
}

const problemOf = async (answer: Response): Promise<ApiProblem> =>
  problemFrom(answer.status, await answer.json().catch(() => null));

function problemFrom(status: number, body: unknown): ApiProblem {
  const problem = (body ?? {}) as { detail?: string; title?: string; errors?: ApiProblem["fields"] };
  const text = problem.detail ?? problem.title ?? `The gateway answered ${status}.`;
  return new ApiProblem(status, text, problem.errors ?? []);
}

const once = (key?: string) => (key === undefined ? {} : { "Idempotency-Key": key });

function bodyOf(document: TrialDocument | string, key?: string) {
  if (typeof document !== "string") return { body: document, headers: once(key) };
  return {
    body: document as unknown as TrialDocument,
    bodySerializer: (text: unknown) => text as string,
    headers: { ...YAML, ...once(key) },
  };
}

async function logPiece(answer: Response): Promise<LogPiece> {
  const number = (name: string) => Number(answer.headers.get(name));
  const [offset, next] = [number("X-Log-Offset"), number("X-Log-Next")];
  return { text: await answer.text(), offset, next, attempt: number("X-Log-Attempt") };
}

function placeOf(what: Download, at: number | undefined): [string[], Record<string, string | number | undefined>] {
  switch (what.kind) {
    case "log":
      return [["jobs", what.jobId, "log", "download"], { attempt: what.attempt }];
    case "file":
      return [["jobs", what.jobId, "files", ...what.path.split("/")], {}];
    case "archive":
      return [["jobs", what.jobId, "archive"], {}];
    case "best":
      return [["trials", what.trialId, "best", "archive"], {}];
    case "export":
      return [["trials", what.trialId, "export"], { format: what.format, at }];
  }
}
