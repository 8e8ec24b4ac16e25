"""What is done with is removed here, off the slots' critical path."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

import structlog

from hyperdock_common.errors import RunnerUnavailable

_log = structlog.get_logger()
_LOOK = 0.5
_AGAIN = 2.0


class Chores:
    """Does chores one after the other; those of an engine that is away when it is back."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def add(self, chore: Callable[[], None]) -> None:
        """One more chore, which may be done twice."""
        self._waiting.put(chore)

    def run(self, stop: threading.Event) -> None:
        """Does the chores until told to stop; what is left then is the next process' to find."""
        while not stop.is_set():
            try:
                chore = self._waiting.get(timeout=_LOOK)
            except Empty:
                continue
            if not self._done(chore):
                self._waiting.put(chore)
                stop.wait(_AGAIN)

    def finish(self) -> None:
        """Does what is left, as far as that can be done now."""
        while not self._waiting.empty():
            self._done(self._waiting.get())

    def _done(self, chore: Callable[[], None]) -> bool:
        try:
            chore()
        except RunnerUnavailable as error:
            _log.warning("tidying_delayed", error=str(error))
            return False
        except Exception:  # noqa: BLE001 - the next chore is not to blame
            _log.exception("tidying_failed")
        return True
