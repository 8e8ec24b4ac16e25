// An event in words, as pieces: plain ones, and ones that lead to what they name.
import type { RecordedEvent } from "../../api/types";
import { brief, counted, number } from "../../parts/format";
import { jobPath, trialPath } from "../../parts/Link";
import { jobNumber, trialName } from "../../parts/names";

export type Piece = string | { text: string; to: string };

export const workerPath = (workerId: string): string => `/workers?worker=${encodeURIComponent(workerId)}`;

/** The whole sentence as text. */
export const sentence = (event: RecordedEvent): string =>
  pieces(event)
    .map((each) => (typeof each === "string" ? each : each.text))
    .join("");

export function pieces(event: RecordedEvent): Piece[] {
  switch (event.type) {
    case "trial.submitted.v1":
      return ["trial ", trial(event.data.trial_id), ` was submitted${by(event)}`];
    case "trial.paused.v1":
      return ["trial ", trial(event.data.trial_id), ` was paused${by(event)}`];
    case "trial.resumed.v1":
      return ["trial ", trial(event.data.trial_id), ` was resumed${by(event)}`];
    case "trial.stop_requested.v1":
      return ["trial ", trial(event.data.trial_id), ` is to end as ${event.data.end}${why(event.data)}${by(event)}`];
    case "trial.finished.v1":
      return ["trial ", trial(event.data.trial_id), ` ended as ${event.data.end}${why(event.data)}`];
    case "trial.changed.v1":
      return ["trial ", trial(event.data.trial_id), ` goes on with ${changed(event.data)}${by(event)}`];
    case "trial.annotated.v1":
      return ["trial ", trial(event.data.trial_id), ` got other ${annotated(event.data)}${by(event)}`];
    case "trial.archived.v1":
      return [
        "trial ",
        trial(event.data.trial_id),
        event.data.archived ? ` was archived${by(event)}` : ` was taken out of the archive${by(event)}`,
      ];
    case "trial.points_added.v1":
      return [`${added(event.data.points.length)} added to trial `, trial(event.data.trial_id), by(event)];
    case "job.proposed.v1":
      return [...job(event.data), ` was proposed${origin(event.data)}: ${brief(event.data.params)}`];
    case "job.claimed.v1":
      return [
        ...job(event.data),
        ": ",
        ...attempt(event.data),
        "claimed by ",
        worker(event.data.worker_id),
        `, slot ${event.data.slot + 1}`,
      ];
    case "job.started.v1":
      return [...job(event.data), ": ", ...attempt(event.data), "started on ", worker(event.data.worker_id)];
    case "job.metric_reported.v1":
      return [...job(event.data), ` reported ${brief(event.data.values)} at step ${event.data.step}`];
    case "job.finished.v1":
      return [...job(event.data), ` ${outcome(event.data.outcome)}`, ...on(event.data.worker_id)];
    case "job.attempt_lost.v1":
      return [
        ...job(event.data),
        `: attempt ${event.data.attempt} was lost on `,
        worker(event.data.worker_id),
        reason(event.data.reason),
      ];
    case "job.stop_requested.v1":
      return [...job(event.data), ` is to stop${reason(event.data.reason)}${by(event)}`];
    case "job.retracted.v1":
      return ["the result of ", ...job(event.data), ` was retracted${told(event.data.reason)}${by(event)}`];
    case "worker.registered.v1": {
      const { worker_id, host, pool, slots, gpus } = event.data;
      const room = `${counted(slots, "slot")}${gpus ? ` and ${counted(gpus, "GPU")}` : ""}`;
      return ["worker ", worker(worker_id), ` began on ${host} in pool ${pool} with ${room}`];
    }
    case "worker.left.v1":
      return ["worker ", worker(event.data.worker_id), " left"];
    case "worker.lost.v1":
      return ["worker ", worker(event.data.worker_id), ` was lost${reason(event.data.reason)}`];
    case "worker.drain_set.v1":
      return [
        "worker ",
        worker(event.data.worker_id),
        event.data.draining ? ` is drained: it takes no more jobs${by(event)}` : ` takes jobs again${by(event)}`,
      ];
    default:
      return unknown(event);
  }
}

/** A gateway that is newer than these pages may tell of more than they know. */
const unknown = (event: never): Piece[] => [`${(event as RecordedEvent).type}, which only a later release knows`];

type Outcome = Extract<RecordedEvent, { type: "job.finished.v1" }>["data"]["outcome"];

function outcome(of: Outcome): string {
  switch (of.kind) {
    case "succeeded":
      return `succeeded with loss ${number(of.loss)}`;
    case "failed":
      return `failed: ${words(of.reason)}${of.message ? `, ${of.message}` : ""}`;
    case "pruned":
      return `was pruned at step ${of.step}`;
    case "cancelled":
      return `was cancelled${reason(of.reason)}`;
  }
}

const words = (text: string): string => text.replaceAll("_", " ");
const reason = (text: string): string => (text && text !== "user" ? ` (${words(text)})` : "");
const told = (text: string): string => (text ? `: ${text}` : "");
const by = ({ actor }: RecordedEvent): string => (actor ? ` by ${actor}` : "");
const why = (of: { reason: string; message: string }): string => (of.message ? `: ${of.message}` : reason(of.reason));

const added = (count: number): string => `${counted(count, "point")} ${count === 1 ? "was" : "were"}`;

const trial = (trialId: string): Piece => ({ text: trialName(trialId), to: trialPath(trialId) });
const worker = (workerId: string): Piece => ({ text: workerId, to: workerPath(workerId) });
const job = ({ job_id, trial_id }: { job_id: string; trial_id: string }): Piece[] => [
  { text: `job ${jobNumber(job_id)}`, to: jobPath(job_id) },
  " of ",
  trial(trial_id),
];
const on = (workerId: string | null): Piece[] => (workerId === null ? [] : [" on ", worker(workerId)]);
const attempt = ({ attempt: count }: { attempt: number }): Piece[] => (count > 1 ? [`attempt ${count} `] : []);

function origin({ origin: from, retry_of }: { origin: string; retry_of: string | null }): string {
  if (retry_of !== null) return ` to run job ${jobNumber(retry_of)} again`;
  if (from === "enqueued") return " as somebody wished";
  return from === "imported" ? " as an import" : "";
}

function changed(data: { budget: unknown; parallelism: number | null; priority: number | null }): string {
  const parts = [
    data.budget === null ? "" : `another budget (${brief(known(data.budget))})`,
    data.parallelism === null ? "" : `parallelism ${data.parallelism}`,
    data.priority === null ? "" : `priority ${data.priority}`,
  ];
  return parts.filter(Boolean).join(", ") || "nothing else than before";
}

/** Without what is not limited. */
const known = (budget: unknown): unknown =>
  Object.fromEntries(Object.entries(budget as Record<string, unknown>).filter(([, value]) => value !== null));

const annotated = ({ notes, tags }: { notes: string | null; tags: string[] | null }): string =>
  [notes === null ? "" : "notes", tags === null ? "" : `tags (${tags.join(", ") || "none"})`]
    .filter(Boolean)
    .join(" and ");
