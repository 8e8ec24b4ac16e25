// How an event looks in the stream: the colour of its mark, its time.
import type { RecordedEvent } from "../../api/types";

/** The state that an event is about; undefined: an ordinary step. */
export function tone(event: RecordedEvent): string | undefined {
  switch (event.type) {
    case "job.finished.v1":
      return event.data.outcome.kind;
    case "trial.finished.v1":
      return event.data.end === "completed" ? "succeeded" : event.data.end === "failed" ? "failed" : "cancelled";
    case "job.attempt_lost.v1":
    case "worker.lost.v1":
      return "failed";
    case "job.started.v1":
      return "running";
    case "trial.stop_requested.v1":
    case "job.stop_requested.v1":
    case "job.retracted.v1":
    case "trial.paused.v1":
    case "worker.drain_set.v1":
      return "pruned";
    default:
      return undefined;
  }
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
const SECONDS = new Intl.DateTimeFormat(undefined, { ...CLOCK, second: "2-digit" });
const DAYS = new Intl.DateTimeFormat(undefined, { ...CLOCK, month: "short", day: "numeric" });

/** The time of day; with the day, where it is another one than now. */
export function clockTime(at: number, now: number): string {
  const [then, today] = [new Date(at * 1000), new Date(now * 1000)];
  return (then.toDateString() === today.toDateString() ? SECONDS : DAYS).format(then);
}
