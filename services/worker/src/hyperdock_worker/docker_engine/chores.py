"""What the runner does off the jobs' path: preparing holders, removing left-overs."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeAlias

import structlog

from hyperdock_common.errors import HyperdockError, RunnerUnavailable

Chore: TypeAlias = Callable[[], None]

RETRY = 2.0
PATIENCE = 10.0
_log = structlog.get_logger()


class Chores:
    """One thread for one thing after the other; it tries again what the engine was away for."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Chore | None] = SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="docker-chores", daemon=True)
        self._thread.start()

    def add(self, chore: Chore) -> None:
        """Has something done soon."""
        self._queue.put(chore)

    def close(self) -> None:
        """Finishes what is being done, unless the engine hangs, and does nothing more."""
        self._stop.set()
        self._queue.put(None)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        while (chore := self._queue.get()) is not None and not self._stop.is_set():
            try:
                chore()
            except RunnerUnavailable:
                self._stop.wait(RETRY)
                self._queue.put(chore)
            except HyperdockError as error:
                _log.warning("docker_chore_failed", error=str(error))
