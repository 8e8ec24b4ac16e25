// The tail of a job's log, going on while the job runs.

import { readLog } from "./client.js";

const TAIL = 65536;
const KEPT = 400;
const CODES = /\x1b\[[0-9;?]*[A-Za-z]/g; // colours and cursor moves of terminals

export class LogTail {
  constructor(jobId) {
    this.jobId = jobId;
    this.restart();
  }

  restart() {
    this.next = -TAIL;
    this.attempt = null;
    this.decoder = new TextDecoder();
    this.texts = [];
  }

  /** Brings the element up to the log's present end. */
  async read(element) {
    for (;;) {
      const piece = await readLog(this.jobId, { offset: this.next, limit: TAIL });
      if (this.attempt !== null && piece.attempt !== this.attempt) {
        this.restart();
        element.textContent = "";
        continue;
      }
      this.attempt = piece.attempt;
      this.next = piece.next;
      if (!element.textContent) element.textContent = piece.offset ? "… the beginning is left out …\n" : "";
      this.show(element, this.decoder.decode(piece.bytes, { stream: true }));
      if (piece.bytes.length < TAIL) return;
    }
  }

  show(element, text) {
    if (!text) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
    element.append(text.replace(CODES, ""));
    while (element.childNodes.length > KEPT) element.firstChild.remove();
    if (atEnd) element.scrollTop = element.scrollHeight;
  }
}
