import { describe, expect, it } from "vitest";

import { ApiProblem } from "../../api/problem";
import * as samples from "../../testing/samples";
import { changedSince, changesOf, draftOfTrial, draftProblems, refusedFields, spanOf } from "./changes";

const TRIAL = samples.trial({ budget: { jobs: 30, wall_time: 5_400, target_loss: null, max_failures: null } });

describe("what is changed of a trial", () => {
  it("is only what differs, with the whole budget", () => {
    const draft = draftOfTrial(TRIAL);
    expect(changesOf(draft, TRIAL)).toBeNull();
    expect(changesOf({ ...draft, parallelism: "8" }, TRIAL)).toEqual({ parallelism: 8 });
    expect(changesOf({ ...draft, jobs: "50", target_loss: "0.01" }, TRIAL)).toEqual({
      budget: { jobs: 50, wall_time: 5_400, target_loss: 0.01, max_failures: null },
    });
    expect(changesOf({ ...draft, wall_time: "2h" }, TRIAL)?.budget).toMatchObject({ wall_time: "2h" });
  });

  it("is looked at before anybody is asked", () => {
    const draft = draftOfTrial(TRIAL);
    expect(draftProblems(draft)).toEqual({});
    const wrong = draftProblems({ ...draft, jobs: "-1", parallelism: "", wall_time: "soon", priority: "-3" });
    expect(Object.keys(wrong)).toEqual(["jobs", "parallelism", "wall_time"]);
    expect(draftProblems({ ...draft, jobs: "", wall_time: "" }).jobs).toContain("never end");
  });

  it("writes times as the gateway reads them", () => {
    expect([90, 5_400, 90_000, 0.5, 0].map(spanOf)).toEqual(["1m30s", "1h30m", "1d1h", "0.5s", "0s"]);
  });

  it("puts what was refused at the fields of the form", () => {
    const problem = new ApiProblem(422, "no", [
      { field: "budget.jobs", problem: "too many" },
      { field: "budget", problem: "would never end" },
    ]);
    expect(refusedFields(problem)).toEqual({ fields: { jobs: "too many" }, rest: ["budget: would never end"] });
    expect(refusedFields(new ApiProblem(409, "ended meanwhile")).rest).toEqual(["ended meanwhile"]);
  });

  it("shows what is not as it was submitted", () => {
    expect(changedSince(samples.spec(), samples.trial())).toEqual([]);
    expect(changedSince(samples.spec(), samples.trial({ parallelism: 4, notes: "new" }))).toEqual([
      { name: "Parallelism", was: "2", now: "4" },
      { name: "Notes", was: "none", now: "edited" },
    ]);
  });
});
