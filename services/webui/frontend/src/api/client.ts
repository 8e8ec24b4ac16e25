// The port: everything that the pages want of a gateway. `fetchClient` is the real one, `fakeClient`
// answers in tests. Every method fails with `ApiProblem`.
import { createContext, use } from "react";

import type {
  Changes,
  Fork,
  Columns,
  EventPage,
  Frame,
  Health,
  Job,
  JobFile,
  JobPage,
  JobState,
  Me,
  MetricPage,
  NewPoint,
  RecordedEvent,
  SetAside,
  Trial,
  TrialDocument,
  TrialPage,
  TrialSpec,
  TrialState,
  Validated,
  Why,
  Worker,
  WorkerPage,
} from "./types";

export interface TrialQuery {
  limit?: number | undefined;
  cursor?: string | undefined;
  state?: TrialState | undefined;
  tag?: string | undefined;
  name?: string | undefined;
  archived?: "false" | "true" | "any" | undefined;
  sort?: "submitted_at" | "updated_at" | "finished_at" | "name" | undefined;
  order?: "asc" | "desc" | undefined;
}

export interface JobQuery {
  limit?: number | undefined;
  cursor?: string | undefined;
  trial_id?: string | undefined;
  worker_id?: string | undefined;
  state?: JobState | undefined;
}

export interface EventQuery {
  after?: number | undefined;
  before?: number | undefined;
  stream?: string | undefined;
  type?: string | undefined;
  limit?: number | undefined;
}

/** A piece of a job's log. */
export interface LogPiece {
  text: string;
  /** Where it begins, in bytes. */
  offset: number;
  /** Where to go on. */
  next: number;
  attempt: number;
}

/** What to hear of: see `FeedAsked.topics` in the gateway's documentation of the feed. */
export interface FeedAsked {
  /** `trials`, `workers`, `trial:ID`, `job:ID`; null: everything. */
  topics: readonly string[] | null;
  /** From the event after this position on; null: from now on. */
  after: number | null;
  /** Logs: `JOB[:ATTEMPT[-][:OFFSET]]`. */
  logs?: readonly string[];
}

export type FeedStatus = "connecting" | "live" | "away";

export interface FeedListener {
  frames(frames: readonly Frame[]): void;
  status(status: FeedStatus): void;
}

/** A place from which a browser downloads by itself, without a header. */
export type Download =
  | { kind: "log"; jobId: string; attempt?: number }
  | { kind: "file"; jobId: string; path: string }
  | { kind: "archive"; jobId: string }
  | { kind: "best"; trialId: string }
  | { kind: "export"; trialId: string; format: "csv" | "jsonl" | "bundle" };

export interface Client {
  /** A client of the same gateway that reads trials and jobs as of a position, and hears no news. */
  at(position: number): Client;

  health(): Promise<Health>;
  me(): Promise<Me>;

  trials(query: TrialQuery): Promise<TrialPage>;
  trial(trialId: string): Promise<Trial>;
  spec(trialId: string): Promise<TrialSpec>;
  specYaml(trialId: string): Promise<string>;
  /** Submits a trial; a text is YAML. Gives its id; the same one for the same `key`. */
  submit(document: TrialDocument | string, key?: string): Promise<string>;
  /** Begins a trial with the results that another one had at a moment. */
  fork(trialId: string, how: Fork, key?: string): Promise<string>;
  validate(document: TrialDocument | string): Promise<Validated>;
  change(trialId: string, changes: Changes): Promise<void>;
  stopTrial(trialId: string): Promise<void>;
  pauseTrial(trialId: string): Promise<void>;
  resumeTrial(trialId: string): Promise<void>;
  /** Adds them once for the same `key`. */
  addPoints(trialId: string, points: NewPoint[], key?: string): Promise<void>;
  /** Jobs of the numbers `from` to `to`, as columns. */
  columns(trialId: string, from: number, to: number): Promise<Columns>;
  /** Its story, in sentences. */
  whyTrial(trialId: string): Promise<Why>;

  jobs(query: JobQuery): Promise<JobPage>;
  job(jobId: string): Promise<Job>;
  whyJob(jobId: string): Promise<Why>;
  stopJob(jobId: string): Promise<void>;
  /** Runs it again as a new job. */
  retryJob(jobId: string): Promise<void>;
  retractJob(jobId: string, reason: string): Promise<void>;
  metrics(jobId: string, cursor?: string): Promise<MetricPage>;
  log(jobId: string, query: { attempt?: number; offset?: number; limit?: number }): Promise<LogPiece>;
  files(jobId: string): Promise<JobFile[]>;
  file(jobId: string, path: string): Promise<Blob>;

  workers(): Promise<WorkerPage>;
  worker(workerId: string): Promise<Worker>;
  drain(workerId: string, on: boolean): Promise<void>;

  events(query: EventQuery): Promise<EventPage>;
  /** An event by its position, or by its id. */
  event(named: string): Promise<RecordedEvent>;
  /** The messages that nobody could process, newest first; needs the scope `admin`. */
  setAside(): Promise<SetAside[]>;

  /** The address of a download, opened for a minute and once. */
  download(what: Download): Promise<string>;
  /** Follows the feed until the given function is called; goes on by itself after every break. */
  feed(asked: FeedAsked, listener: FeedListener): () => void;
}

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = use(ClientContext);
  if (!client) throw new Error("there is no client around this component");
  return client;
}
