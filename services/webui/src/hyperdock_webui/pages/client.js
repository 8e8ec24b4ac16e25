// The way to the gateway: REST for what is, a WebSocket for when to look again.

import { dropToken, readToken } from "./token.js";

const API = new URL("api/v1/", location.origin + location.pathname);

/** An address below the API; `parts` are escaped. */
export function address(parts, query = {}) {
  const url = new URL(parts.map(encodeURIComponent).join("/"), API);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** Is thrown where the gateway wants to know who asks. */
export class TokenNeeded extends Error {}

async function call(method, url) {
  const token = readToken();
  const answer = await fetch(url, { method, headers: token ? { Authorization: `Bearer ${token}` } : {} });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  const text = problem.detail ?? `the gateway answered ${answer.status}`;
  if (answer.status !== 401) throw new Error(text);
  dropToken(token); // to go on trying it would look like guessing, and lock this machine out
  throw new TokenNeeded(text);
}

/** The address with a ticket, which opens it once, for where no header can be sent. */
export async function opened(url) {
  if (!readToken()) return url;
  const { ticket } = await post(["tickets"]);
  url.searchParams.set("ticket", ticket);
  return url;
}

export const get = async (parts, query) => (await call("GET", address(parts, query))).json();
export const post = async (parts) => (await call("POST", address(parts))).json();

/** A piece of a job's log, with where to go on. */
export async function readLog(jobId, query) {
  const answer = await call("GET", address(["jobs", jobId, "log"], query));
  const number = (name) => Number(answer.headers.get(name));
  return {
    bytes: new Uint8Array(await answer.arrayBuffer()),
    offset: number("X-Log-Offset"),
    next: number("X-Log-Next"),
    attempt: number("X-Log-Attempt"),
  };
}

const SILENCE = 40000; // ms; a gateway that is there says something every 15 s

/** Calls `news` with every recorded event, and without one after each new connection. */
export function watch(news, linked) {
  let pause = 500;
  const again = () => {
    linked(false);
    setTimeout(open, pause);
    pause = Math.min(2 * pause, 8000);
  };
  const open = async () => {
    let url;
    try {
      url = await opened(address(["events"]));
    } catch {
      again();
      return;
    }
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    let silent;
    socket.onopen = () => {
      pause = 500;
      linked(true);
      news(null);
    };
    socket.onmessage = (message) => {
      clearTimeout(silent);
      silent = setTimeout(() => socket.close(), SILENCE);
      const frame = JSON.parse(message.data);
      if (frame.data) news(frame); // others only say that the gateway is there
    };
    socket.onclose = again;
  };
  open();
}
