// The losses of a trial's newest jobs, and the best so far, as one small drawing.

import { h } from "./dom.js";
import { number } from "./format.js";

const WIDTH = 640;
const HEIGHT = 160;
const EDGE = 8;

/** Nothing where there is too little to see. */
export function lossChart(trial, jobs) {
  const points = jobs.filter((job) => typeof job.loss === "number");
  if (points.length < 2) return null;
  const last = Math.max(...points.map((job) => job.number));
  const first = Math.min(...points.map((job) => job.number));
  const bests = trial.improvements.filter((each, index, all) => (all[index + 1]?.number ?? last) >= first);
  const losses = [...points, ...bests].map((each) => each.loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const x = (n) => EDGE + ((Math.max(n, first) - first) / (last - first || 1)) * (WIDTH - 2 * EDGE);
  const y = (loss) => HEIGHT - EDGE - ((loss - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE);
  const steps = bests.map((each, i) => `${i ? "H" : "M"}${x(each.number)}${i ? "V" : " "}${y(each.loss)}`);
  const label = `Losses of jobs ${first} to ${last}, from ${number(low)} to ${number(high)}`;
  return h("figure", { class: "chart" },
    h("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
      points.map((job) => h("circle", { cx: x(job.number), cy: y(job.loss), r: 3 })),
      h("path", { d: `${steps.join("")}H${x(last)}` })),
    h("figcaption", { class: "quiet" }, `${label}; the line is the best so far.`));
}
