// What a table of 100,000 jobs and 20 columns costs between two frames: `npx vitest bench --run src/jobs`.
import { bench, describe } from "vitest";

import { parametersOf } from "../space/outline";
import { chance } from "../testing/chance";
import { columns as sample, event } from "../testing/samples";
import { columnsOf, matching, sorted, type Column } from "./filters";
import { fold } from "./fold";
import { JobTable } from "./table";

const JOBS = 100_000;
const NUMBERS = 12;

const next = chance(1);
const names = Array.from({ length: NUMBERS }, (_, i) => `x${i}`);
const space = {
  ...Object.fromEntries(names.map((name) => [name, { type: "float", low: 0, high: 1 }])),
  kernel: { type: "choice", values: ["rbf", "poly"] },
};
const given = {
  ...sample(JOBS),
  params: {
    ...Object.fromEntries(names.map((name) => [name, Array.from({ length: JOBS }, next)])),
    kernel: Array.from({ length: JOBS }, () => (next() < 0.5 ? "rbf" : "poly")),
  },
};
const parameters = parametersOf(space);
const table = new JobTable(given.trial_id, parameters, JOBS);
table.fill(given);
const columns = columnsOf(table);
const column = (id: string): Column => {
  const found = columns.find((each) => each.id === id);
  if (!found) throw new Error(`there is no column ${id}`);
  return found;
};
const all = matching(table, columns, []);
const metric = { trial_id: given.trial_id, attempt: 1, worker_id: "ant-1" };
let position = 2_000;

describe(`${JOBS} jobs, ${columns.length} columns`, () => {
  bench("fill", () => new JobTable(given.trial_id, parameters, JOBS).fill(given), { iterations: 5 });
  bench("matching: no filter", () => void matching(table, columns, []));
  bench("matching: two filters", () =>
    void matching(table, columns, [
      { column: "x1", low: 0.2, high: 0.9 },
      { column: "params.kernel", values: ["rbf"] },
    ]),
  );
  bench("sorted: loss", () => void sorted(all, column("loss"), true));
  bench("sorted: a parameter", () => void sorted(all, column("params.x3"), false));
  bench("sorted: a category", () => void sorted(all, column("params.kernel"), false));
  bench("sorted: number", () => void sorted(all, column("number"), true));
  bench("fold: 50 events", () => {
    for (let i = 0; i < 50; i++)
      fold(table, event("job.metric_reported.v1", { ...metric, job_id: `${given.trial_id}.${99_000 + i}`, step: i, values: { loss: 1 } }, position++));
  });
});
