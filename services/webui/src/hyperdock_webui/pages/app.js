// The page: which view the address names, when to look again, and what the buttons do.

import { get, opened, post, TokenNeeded, watch } from "./client.js";
import { h, patch } from "./dom.js";
import { LogTail } from "./log.js";
import { keepToken, takeToken } from "./token.js";
import { jobPage, tokenForm, trialList, trialPage } from "./views.js";

const PAUSE = 400; // ms between two looks, however much happens
const main = document.getElementById("main");
const notice = document.getElementById("notice");

const VIEWS = {
  trials: {
    load: () => get(["trials"], { limit: 100 }),
    show: trialList,
    title: () => "Trials",
    concerns: () => true,
  },
  trial: {
    load: async (id) => {
      const [trial, jobs] = await Promise.all([
        get(["trials", id]), get(["trials", id, "jobs"], { limit: 100, order: "desc" })]);
      return { trial, jobs };
    },
    show: trialPage,
    title: ({ trial }) => trial.name,
    concerns: (event, id) => event.data.trial_id === id,
  },
  job: {
    load: async (id) => {
      const [job, files] = await Promise.all([get(["jobs", id]), get(["jobs", id, "files"])]);
      return { job, files };
    },
    show: jobPage,
    title: ({ job }) => `Job ${job.number}`,
    concerns: (event, id) => event.data.job_id === id,
    after: (data, page) => (page.log ??= new LogTail(data.job.job_id)).read(document.getElementById("log")),
  },
};

let page = null; // {view, id, data, log} of the present address
let due = false;
let busy = false;
let acting = false;

function open() {
  const [, name, id] = location.hash.match(/^#\/(trial|job)\/([\w.-]+)$/) ?? [null, "trials", ""];
  page = { view: VIEWS[name], id, data: null, log: null };
  patch(main, h("p", { class: "quiet" }, "Loading"));
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
  refresh();
}

function draw() {
  if (!page?.data) return;
  document.title = `${page.view.title(page.data)} – Hyperdock`;
  patch(main, ...page.view.show(page.data).flat().filter(Boolean));
}

async function refresh() {
  due = true;
  if (busy || document.hidden) return;
  busy = true;
  while (due && !document.hidden) {
    due = false;
    const shown = page;
    try {
      const data = await shown.view.load(shown.id);
      if (shown !== page) continue;
      page.data = data;
      draw();
      await page.view.after?.(data, page);
      say("");
    } catch (error) {
      if (shown !== page) continue;
      if (error instanceof TokenNeeded) {
        askForToken(error);
        break;
      }
      say(`Cannot show this: ${error.message}`);
      if (!page.data) patch(main, h("h1", null, "Nothing to show"), h("a", { href: "#/" }, "All trials"));
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  busy = false;
}

function askForToken(error) {
  page.data = null;
  say("");
  patch(main, ...tokenForm(error.message));
}

function say(text) {
  if (notice.textContent !== text) notice.textContent = text;
}

async function act({ action, kind, id }) {
  if (acting) return;
  const what = kind === "trials" ? "this trial and its running jobs" : "this job";
  if (action === "stop" && !confirm(`Stop ${what}? It cannot be undone.`)) return;
  acting = true;
  try {
    await post([kind, id, action]);
    refresh();
  } catch (error) {
    say(`Could not ${action}: ${error.message}`);
  }
  acting = false;
}

function linked(live) {
  const status = document.getElementById("link");
  status.dataset.state = live ? "live" : "lost";
  status.textContent = live ? "Live" : "Disconnected, trying again";
}

function tick() {
  if (document.hidden) return;
  draw(); // times go on
  if (page?.data?.job?.state === "running") refresh(); // its log is no event
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-action]");
  if (pressed) act(pressed.dataset);
});
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-file]");
  if (!link) return;
  event.preventDefault();
  try {
    location.assign(await opened(new URL(link.href)));
  } catch (error) {
    say(`Could not open it: ${error.message}`);
  }
});
document.addEventListener("submit", (event) => {
  event.preventDefault();
  keepToken(document.getElementById("token").value);
  open();
});
document.addEventListener("visibilitychange", refresh);
window.addEventListener("hashchange", () => {
  takeToken();
  open();
});
takeToken();
setInterval(tick, 1000);
open();
watch((event) => (!event || page.view.concerns(event, page.id)) && refresh(), linked);
