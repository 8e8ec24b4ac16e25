// The way to the gateway: REST for what is, a WebSocket for when to look again.

const API = new URL("api/v1/", location.origin + location.pathname);

/** An address below the API; `parts` are escaped. */
export function address(parts, query = {}) {
  const url = new URL(parts.map(encodeURIComponent).join("/"), API);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

async function call(method, url) {
  const answer = await fetch(url, { method });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Error(problem.detail ?? `the gateway answered ${answer.status}`);
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

/** Calls `news` with every recorded event, and without one after each new connection. */
export function watch(news, linked) {
  const url = address(["events"]);
  url.protocol = url.protocol.replace("http", "ws");
  let pause = 500;
  const open = () => {
    const socket = new WebSocket(url);
    socket.onopen = () => {
      pause = 500;
      linked(true);
      news(null);
    };
    socket.onmessage = (message) => news(JSON.parse(message.data));
    socket.onclose = () => {
      linked(false);
      setTimeout(open, pause);
      pause = Math.min(2 * pause, 8000);
    };
  };
  open();
}
