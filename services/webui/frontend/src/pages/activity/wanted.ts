// Which events are wanted: what the address says, what the gateway can pick, what the page picks.
import type { RecordedEvent } from "../../api/types";
import { sentence } from "./wording";

export const KINDS = ["trial", "job", "worker"] as const;

/** Every type of event, without its version; a type that is missing here does not compile. */
const TYPES: Record<Unversioned<RecordedEvent["type"]>, true> = {
  "trial.submitted": true,
  "trial.paused": true,
  "trial.resumed": true,
  "trial.stop_requested": true,
  "trial.finished": true,
  "trial.changed": true,
  "trial.annotated": true,
  "trial.archived": true,
  "trial.points_added": true,
  "job.proposed": true,
  "job.claimed": true,
  "job.started": true,
  "job.metric_reported": true,
  "job.finished": true,
  "job.attempt_lost": true,
  "job.stop_requested": true,
  "job.retracted": true,
  "worker.registered": true,
  "worker.left": true,
  "worker.lost": true,
  "worker.drain_set": true,
};
type Unversioned<T extends string> = T extends `${infer Name}.v${number}` ? Name : never;

export const typesOf = (kind: string): string[] => Object.keys(TYPES).filter((each) => each.startsWith(kind));

/** `job.finished` of `job.finished.v1`. */
export const typeName = (event: RecordedEvent): string => event.type.replace(/\.v\d+$/, "");

/** `job finished`. */
export const typeWords = (name: string): string => name.replaceAll(/[._]/g, " ");

export interface Wanted {
  /** One of `KINDS`, or empty. */
  kind: string;
  /** Without its version, or empty. */
  type: string;
  trial: string;
  worker: string;
  actor: string;
  text: string;
}

export const NAMES = ["kind", "type", "trial", "worker", "actor", "q"] as const;

export function wantedOf(query: URLSearchParams): Wanted {
  const value = (name: (typeof NAMES)[number]) => query.get(name) ?? "";
  return {
    kind: value("kind"),
    type: value("type"),
    trial: value("trial"),
    worker: value("worker"),
    actor: value("actor"),
    text: value("q").trim().toLowerCase(),
  };
}

export const isFiltered = (wanted: Wanted): boolean => Object.values(wanted).some(Boolean);

/** What the gateway picks by itself. */
export interface Picked {
  stream: string | undefined;
  type: string | undefined;
}

export const pickedOf = (wanted: Wanted): Picked => ({
  stream: wanted.trial ? `trial-${wanted.trial}` : undefined,
  type: wanted.type || undefined,
});

export const isPicked = ({ stream, type }: Picked, event: RecordedEvent): boolean =>
  (stream === undefined || event.stream === stream) && (type === undefined || typeName(event) === type);

export const isWanted = (wanted: Wanted, event: RecordedEvent): boolean =>
  (!wanted.kind || event.type.startsWith(`${wanted.kind}.`)) &&
  (!wanted.worker || workerOf(event) === wanted.worker) &&
  (!wanted.actor || event.actor === wanted.actor) &&
  (!wanted.text || searched(event).includes(wanted.text));

export const workerOf = (event: RecordedEvent): string | null =>
  "worker_id" in event.data ? event.data.worker_id : null;
export const trialOf = (event: RecordedEvent): string | null => ("trial_id" in event.data ? event.data.trial_id : null);
export const jobOf = (event: RecordedEvent): string | null => ("job_id" in event.data ? event.data.job_id : null);

const texts = new WeakMap<RecordedEvent, string>();

/** All that is said of an event, to search in. */
function searched(event: RecordedEvent): string {
  let text = texts.get(event);
  if (text === undefined) {
    const { position, type, producer, event_id, data } = event;
    text = `#${position} ${sentence(event)} ${type} ${producer} ${event_id} ${JSON.stringify(data)}`.toLowerCase();
    texts.set(event, text);
  }
  return text;
}
