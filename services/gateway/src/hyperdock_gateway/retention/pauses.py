"""Working half of the time at most: what can wait leaves room for what people wait for."""

import threading
import time
from collections.abc import Callable
from typing import Final

_STINT: Final = 0.05
_LONGEST: Final = 1.0


class Stopped(Exception):
    """Raised where the work is to end before it is done."""


class Pauses:
    """Rests as long as was worked, a little at a time.

    Args:
        stop: ends rest and work.
        clock: seconds that never go back.
    """

    def __init__(self, stop: threading.Event, clock: Callable[[], float] = time.monotonic) -> None:
        self._stop = stop
        self._clock = clock
        self._since = clock()

    def __call__(self) -> None:
        """Rests if it is time to.

        Raises:
            Stopped: it is to end.
        """
        worked = self._clock() - self._since
        if worked < _STINT:
            return
        if self._stop.wait(min(worked, _LONGEST)):
            raise Stopped
        self._since = self._clock()
