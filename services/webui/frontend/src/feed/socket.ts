// The live feed over a WebSocket: goes on after the last position that it has seen, after every
// break, so nothing is lost; the gateway sends nothing twice after a position.
import type { FeedAsked, FeedListener } from "../api/client";
import type { Frame, LogFrame } from "../api/types";

const SILENCE = 40_000; // ms; a gateway that is there says something every 15 s
const SHORTEST = 500;
const LONGEST = 8_000;
const GATHER = 60; // ms; a burst of frames is one change of the page

/** Opens the feed and keeps it open until the function that it gives is called. */
export function openFeed(
  addressOf: (asked: FeedAsked) => Promise<string>,
  first: FeedAsked,
  listener: FeedListener,
): () => void {
  let asked = first;
  let pause = SHORTEST;
  let ended = false;
  let socket: WebSocket | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let gathered: Frame[] = [];

  const flush = () => {
    gathering = undefined;
    const frames = gathered;
    gathered = [];
    if (!ended && frames.length) listener.frames(frames);
  };
  const again = () => {
    clearTimeout(silence);
    if (ended) return;
    listener.status("away");
    waiting = setTimeout(() => void open(), pause);
    pause = Math.min(2 * pause, LONGEST);
  };
  const take = (frame: Frame) => {
    pause = SHORTEST;
    if (frame.kind === "event" || frame.kind === "alive") asked = { ...asked, after: frame.position };
    if (frame.kind === "log") asked = { ...asked, logs: asked.logs?.map((each) => behind(each, frame)) };
    gathered.push(frame);
    gathering ??= setTimeout(flush, GATHER);
  };
  const open = async () => {
    let address: string;
    try {
      address = await addressOf(asked);
    } catch {
      again();
      return;
    }
    if (ended) return;
    socket = new WebSocket(address);
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => socket?.close(), SILENCE);
    };
    socket.onopen = () => {
      heard();
      listener.status("live");
    };
    socket.onmessage = (message: MessageEvent<string>) => {
      heard();
      take(JSON.parse(message.data) as Frame);
    };
    socket.onclose = again;
  };
  listener.status("connecting");
  void open();
  return () => {
    ended = true;
    for (const timer of [silence, gathering, waiting]) clearTimeout(timer);
    socket?.close();
  };
}

/** The place in a log behind a piece of it; a log that went on to newer attempts still does. */
function behind(log: string, { job_id, attempt, next }: LogFrame): string {
  const [job, which = ""] = log.split(":");
  if (job !== job_id) return log;
  return `${job}:${attempt}${which === "" || which.endsWith("-") ? "-" : ""}:${next}`;
}
