// What kind of thing a sentence tells of, for the colour of its dot; the words say it all themselves.
import type { WhySentence } from "../api/types";

export type Tone = "good" | "bad" | "user" | "plain";

const BY_USERS = new Set(["submitted", "paused", "resumed", "changed", "annotated", "archived", "points_added"]);

export function toneOf({ type, text }: Pick<WhySentence, "type" | "text">): Tone {
  const name = type.replace(/\.v\d+$/, "");
  if (name === "trial.finished") return text.startsWith("ended as failed") ? "bad" : "plain"; // it counts failed jobs, too
  if (name === "job.attempt_lost" || /\bfailed\b/.test(text)) return "bad";
  if (name === "job.finished") return /\bloss\b/.test(text) ? "good" : "plain";
  if (name.startsWith("trial.") && BY_USERS.has(name.slice("trial.".length))) return "user";
  return name.endsWith("stop_requested") || name === "job.retracted" ? "user" : "plain";
}
