// What the web UI will do with the generated types: it compiles only if they are exact.
import type { components, operations, paths } from "./api";

type Schemas = components["schemas"];
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

// exact nullability: every field is there, and null only where it can be
holds<Equal<Schemas["Job"]["loss"], number | null>>();
holds<Equal<Schemas["Job"]["started_at"], number | null>>();
holds<Equal<Schemas["Job"]["proposed_at"], number>>();
holds<Equal<Schemas["Trial"]["best"], Schemas["Best"] | null>>();
holds<Equal<Schemas["Trial"]["tags"], string[]>>();
holds<Equal<Schemas["Trial"]["budget"]["wall_time"], number | null>>();
holds<Equal<Schemas["TrialSpec"]["timeout"], number | null>>();
holds<Equal<Schemas["Worker"]["last_seen"], number | null>>();
holds<Equal<Schemas["TrialPage"]["next_cursor"], string | null>>();

// a trial file may be short, and in people's words
const document: Schemas["TrialDocument"] = {
  name: "tune",
  command: ["true"],
  space: { lr: [0.1, 0.2] },
  timeout: "90s",
  budget: { wall_time: 60 },
  algorithm: "random",
  environment: ["A=1"],
};

// states are enumerated: a forgotten one does not compile
function title(state: Schemas["Job"]["state"]): string {
  switch (state) {
    case "pending":
    case "running":
      return "open";
    case "succeeded":
    case "failed":
    case "pruned":
    case "cancelled":
      return "ended";
  }
}

// events are told apart by their type, and outcomes by their kind
function lossOf(event: Schemas["Event"]): number | null {
  if (event.type !== "job.finished.v1") return null;
  const { outcome } = event.data;
  return outcome.kind === "succeeded" ? outcome.loss : null;
}

// operations know their parameters and answers
type Asked = NonNullable<operations["list_jobs_of_trial"]["parameters"]["query"]>;
const asked: Asked = { state: "failed", sort: "loss", order: "desc", limit: 10 };
type Answered = paths["/jobs/{job_id}"]["get"]["responses"][200]["content"]["application/json"];
holds<Equal<Answered, Schemas["Job"]>>();

// @ts-expect-error: no such state
const wrong: Asked = { state: "lost" };

export { asked, document, lossOf, title, wrong };
