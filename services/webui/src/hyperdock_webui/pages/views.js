// What the pages show: from the API's documents to elements, without a state of their own.

import { lossChart } from "./chart.js";
import { address } from "./client.js";
import { h } from "./dom.js";
import { ago, duration, number, pairs, size, span } from "./format.js";

const OPEN = new Set(["running", "paused", "stopping"]);
const link = (kind, id, ...text) => h("a", { href: `#/${kind}/${encodeURIComponent(id)}` }, ...text);
const badge = (state) => h("span", { class: "badge", "data-state": state }, state);
const cell = (label, ...content) => h("td", { "data-label": label }, ...content);
const fact = (name, ...value) => h("div", null, h("dt", null, name), h("dd", null, ...value));
const button = (action, kind, id, text) =>
  h("button", { type: "button", "data-action": action, "data-kind": kind, "data-id": id }, text);

function table(name, caption, heads, rows) {
  const head = h("thead", null, h("tr", null, heads.map((each) => h("th", { scope: "col" }, each))));
  return h("table", { class: name }, h("caption", null, caption), head, h("tbody", null, rows));
}

function progress(trial) {
  const { succeeded, failed, pruned, cancelled } = trial.jobs;
  const done = succeeded + failed + pruned + cancelled;
  const total = trial.budget.jobs;
  if (!total) return h("span", null, `${done} jobs`);
  const bar = h("progress", { max: total, value: Math.min(done, total), "aria-label": "jobs done" });
  return h("span", { class: "progress" }, bar, `${done} / ${total}`);
}

export function trialList({ items, next_cursor: more }) {
  if (!items.length) {
    return [h("h1", null, "Trials"), h("div", { class: "card empty" },
      h("p", null, "No trials yet."), h("p", null, "Start one with ", h("code", null, "hyperdock run trial.yaml"), "."))];
  }
  const rows = items.map((trial) => h("tr", { "data-key": trial.trial_id },
    h("th", { scope: "row" }, link("trial", trial.trial_id, trial.name), h("small", null, trial.trial_id)),
    cell("State", badge(trial.state)),
    cell("Progress", progress(trial)),
    cell("Best loss", number(trial.best?.loss)),
    cell("Running", trial.jobs.running),
    cell("Failed", h("span", { class: trial.jobs.failed ? "bad" : null }, trial.jobs.failed)),
    cell("Submitted", ago(trial.submitted_at))));
  const heads = ["Trial", "State", "Progress", "Best loss", "Running", "Failed", "Submitted"];
  return [h("h1", null, "Trials"), table("trials", "Trials, newest first", heads, rows),
    more && h("p", { class: "quiet" }, `The newest ${items.length} are shown.`)];
}

/** Asks who it is; what is typed is no password that a browser should offer to keep. */
export function tokenForm(why) {
  return [h("h1", null, "Who are you?"),
    h("form", { class: "card" }, h("p", null, why),
      h("label", { for: "token" }, "Token"),
      h("input", { id: "token", type: "password", autocomplete: "off", required: true, spellcheck: "false" }),
      h("button", null, "Go on"),
      h("p", { class: "quiet" }, h("code", null, "hyperdock up"), " prints a link that holds one."))];
}

function params(title, values) {
  const rows = pairs(values).map(([name, text]) => fact(name, text));
  return h("section", { class: "card" }, h("h2", null, title),
    rows.length ? h("dl", { class: "params" }, rows) : h("p", { class: "quiet" }, "None."));
}

function trialButtons({ trial_id: id, state }) {
  return h("div", { class: "buttons" },
    state === "running" && button("pause", "trials", id, "Pause"),
    state === "paused" && button("resume", "trials", id, "Resume"),
    (state === "running" || state === "paused") && button("stop", "trials", id, "Stop"));
}

export function trialPage({ trial, jobs }) {
  const { best, jobs: counts } = trial;
  const why = [trial.message || trial.reason].filter((text) => text && text !== "user");
  return [h("nav", { "aria-label": "Where you are" }, h("a", { href: "#/" }, "Trials")),
    h("div", { class: "title" }, h("h1", null, trial.name), badge(trial.state), trialButtons(trial)),
    why.map((text) => h("p", { class: "quiet" }, text)),
    h("dl", { class: "facts" },
      fact("Progress", progress(trial)),
      fact("Best loss", number(best?.loss)),
      fact("Running", counts.running),
      fact("Failed", counts.failed),
      fact("Time", span(trial.started_at, trial.finished_at))),
    h("p", { class: "quiet" }, `To ${trial.objective}, with ${trial.algorithm}. Results in `,
      h("code", null, trial.location)),
    lossChart(trial, jobs.items),
    best && params(h("span", null, "Best parameters, found by ", link("job", best.job_id, `job ${best.number}`)), best.params),
    jobTable(jobs)];
}

function jobTable({ items, next_cursor: more }) {
  if (!items.length) return h("p", { class: "quiet" }, "No jobs yet.");
  const rows = items.map((job) => h("tr", { "data-key": job.job_id },
    h("th", { scope: "row" }, link("job", job.job_id, `Job ${job.number}`)),
    cell("State", badge(job.state)),
    cell("Loss", number(job.loss ?? job.last_metric?.values.loss)),
    cell("Time", span(job.started_at, job.finished_at ?? (job.state === "running" ? null : job.started_at))),
    cell("Parameters", h("code", null, pairs(job.params).map(([name, text]) => `${name}=${text}`).join("  ")))));
  return table("jobs", more ? `The last ${items.length} jobs` : "Jobs", ["Job", "State", "Loss", "Time", "Parameters"], rows);
}

export function jobPage({ job, files }) {
  const open = job.state === "running" || job.state === "pending";
  return [h("nav", { "aria-label": "Where you are" }, h("a", { href: "#/" }, "Trials"), " / ", link("trial", job.trial_id, job.trial_id)),
    h("div", { class: "title" }, h("h1", null, `Job ${job.number}`), badge(job.state),
      h("div", { class: "buttons" }, open && !job.stop_requested && button("stop", "jobs", job.job_id, "Stop"))),
    (job.message || job.reason) && h("p", { class: job.state === "failed" ? "bad" : "quiet" }, job.message || job.reason),
    h("dl", { class: "facts" },
      fact("Loss", number(job.loss)),
      fact("Time", span(job.started_at, job.finished_at)),
      fact("Attempt", Math.max(1, job.attempt)),
      fact("Worker", job.worker_id ?? "–"),
      job.last_metric && fact(`Step ${job.last_metric.step}`, metrics(job.last_metric.values))),
    params("Parameters", job.params),
    Object.keys(job.metrics).length > 0 && params("Metrics", job.metrics),
    files.items.length > 0 && h("section", { class: "card" }, h("h2", null, "Files"), h("ul", { class: "files" },
      files.items.map(({ path, size: bytes }) => h("li", null, fileLink(job.job_id, path), ` ${size(bytes)}`)))),
    h("section", { "data-key": "log" }, h("h2", null, "Log"),
      h("pre", { id: "log", tabindex: 0, "aria-label": "Log of the target", "data-own": true }))];
}

const fileLink = (id, path) =>
  h("a", { href: address(["jobs", id, "files", ...path.split("/")]), "data-file": true }, path);
const metrics = (values) => Object.entries(values).map(([name, value]) => `${name} ${number(value)}`).join(", ");
