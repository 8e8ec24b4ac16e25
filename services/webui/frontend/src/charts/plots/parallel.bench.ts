// What importance and parallel coordinates of 100,000 jobs cost: `npx vitest bench --run src/charts/plots/parallel`.
import { bench, describe } from "vitest";

import { columnsOf } from "../../jobs/filters";
import { JobTable } from "../../jobs/table";
import { parametersOf } from "../../space/outline";
import { chance } from "../../testing/chance";
import { columns as sample } from "../../testing/samples";
import type { PlotInput } from "../input";
import { readLook } from "../look";
import { importancesOf } from "./importance";
import { drawnOf, parallelOption } from "./parallel";
import { axesOf, usualAxes } from "./parallelAxes";

const JOBS = 100_000;

const next = chance(1);
const names = Array.from({ length: 10 }, (_, i) => `x${i}`);
const space = {
  ...Object.fromEntries(names.map((name, i) => [name, { type: "float", low: 1e-3, high: 1, log: i % 2 === 0 }])),
  kernel: { type: "choice", values: ["rbf", "poly"] },
};
const draws = () => Array.from({ length: JOBS }, () => 1e-3 + 0.999 * next());
const parameters = parametersOf(space);
const given = sample(JOBS);
const table = new JobTable(given.trial_id, parameters, JOBS);
table.fill({
  ...given,
  params: { ...Object.fromEntries(names.map((name) => [name, draws()])), kernel: names.map(() => "rbf") },
  loss: draws(),
});
const input: PlotInput = {
  table,
  columns: columnsOf(table),
  rows: Array.from({ length: JOBS }, (_, row) => row),
  selected: new Set(),
  parameters,
  objective: "minimize",
  targetLoss: null,
};
const look = readLook(document.documentElement);

describe(`${JOBS} jobs, ${parameters.length} parameters`, () => {
  bench("importance", () => void importancesOf(input, parameters));

  bench("parallel coordinates", () => {
    const drawn = drawnOf(input);
    const axes = axesOf(input, usualAxes(input), "main", drawn.rows);
    parallelOption(input, look, axes, drawn);
  });
});
