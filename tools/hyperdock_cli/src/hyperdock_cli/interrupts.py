"""Signals as values: a loop waits for the next one instead of being torn apart by it.

The handlers only write to a pipe. Setting a `threading.Event` there could deadlock with the wait
that it interrupts, and raising from a handler could break whatever call was under way.
"""

import os
import select
import signal
from types import FrameType
from typing import IO, Final, Self

_CAUGHT: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 3


class Interrupts:
    """While entered, SIGINT, SIGTERM and SIGHUP are collected. To be used in the main thread.

    Who sends three signals that nobody takes, because some call hangs, ends the process at once.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self._before: dict[int, object] = {}
        self._waiting = 0
        self._allowed = _PATIENCE

    def __enter__(self) -> Self:
        for number in _CAUGHT:
            before = signal.getsignal(number)
            if number == signal.SIGHUP and before == signal.SIG_IGN:
                continue  # started by nohup: to live on is what was asked for
            self._before[number] = before
            signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]  # what getsignal gave
        self._before.clear()
        os.close(self._reader)
        os.close(self._writer)

    def wait(self, seconds: float) -> int | None:
        """The next signal, or None when none came in so many seconds."""
        ready, _, _ = select.select([self._reader], [], [], seconds)
        return self._take() if ready else None

    def read_line(self, stream: IO[str]) -> str | None:
        """A line that a person types, empty at the end of the input; None if a signal came."""
        ready, _, _ = select.select([self._reader, stream.fileno()], [], [])
        if self._reader in ready:
            self._take()
            return None
        return stream.readline()

    def exit_on_next(self) -> None:
        """From now on a signal ends the process at once: what is under way may take long."""
        self._waiting, self._allowed = 0, 1

    def _take(self) -> int:
        self._waiting -= 1
        return os.read(self._reader, 1)[0]

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        self._waiting += 1
        if self._waiting >= self._allowed:
            os._exit(128 + number)
        os.write(self._writer, bytes([number]))
