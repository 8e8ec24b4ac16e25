import { describe, expect, it } from "vitest";

import * as samples from "../../testing/samples";
import { documentOf } from "./cloning";

describe("documentOf", () => {
  it("says only what is not the default, and neither the seed nor the points", () => {
    const spec = samples.spec({ points: [{ params: { C: 1 }, loss: null }] });
    expect(documentOf(spec)).toEqual({
      name: "digits (copy)",
      image: "team/digits:1.2",
      space: spec.space,
      budget: { jobs: 30 },
      parallelism: 2,
      tags: ["svm"],
    });
  });

  it("keeps all else, in the words of people", () => {
    const spec = samples.spec({
      image: null,
      command: ["sh", "run.sh"],
      working_dir: "/srv",
      objective: "maximize",
      algorithm: { name: "grid", seed: 3, options: { points: 4 } },
      budget: { jobs: null, wall_time: 5400, target_loss: 0, max_failures: 0 },
      timeout: 90.5,
      resources: { cpus: 1.5, memory: 2 ** 32, gpus: 2, shm_size: 1000, disk: null },
      environment: { A: "1" },
      retries: 0,
      notes: "why",
    });
    expect(documentOf(spec)).toMatchObject({
      command: ["sh", "run.sh"],
      working_dir: "/srv",
      objective: "maximize",
      algorithm: { name: "grid", options: { points: 4 } },
      budget: { wall_time: "1h30m", target_loss: 0, max_failures: 0 },
      timeout: 90.5,
      resources: { cpus: 1.5, memory: "4g", gpus: 2, shm_size: 1000 },
      environment: { A: "1" },
      retries: 0,
      notes: "why",
    });
  });

  it("keeps the name within what a name may have", () => {
    expect(documentOf(samples.spec({ name: "x".repeat(100) }))["name"]).toHaveLength(100);
  });
});
