"""What both servers of `webui.py` have in common: to write something so many times a second.

Lines on the input: `live RATE` begins, `rest` ends and answers with one line of JSON, a list of the
new jobs by number and when each was recorded. The end of the input ends all.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeAlias

Write: TypeAlias = Callable[[], tuple[int, float] | None]
"""One write; the number of the job that is new by it, and when."""


def obey(write: Write, stop: threading.Event) -> None:
    """Does what the input says, until it ends."""
    done: list[tuple[int, float]] = []
    thread: threading.Thread | None = None
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "live":
            stop.clear()
            done = []
            thread = threading.Thread(target=_run, args=(write, float(rest[0]), stop, done))
            thread.start()
            continue
        stop.set()
        if thread is not None:
            thread.join()
        print(json.dumps(done), flush=True)
    stop.set()


def _run(write: Write, rate: float, stop: threading.Event, done: list[tuple[int, float]]) -> None:
    """Keeps the rate over all: who was late writes the next ones at once."""
    following = time.monotonic()
    while not stop.wait(max(0.0, following - time.monotonic())):
        new = write()
        if new is not None:
            done.append(new)
        following += 1 / rate
