"""The life of a service's process: until it is told to end, or something in it breaks.

A first SIGTERM or SIGINT asks it to end, a second hurries it, a third ends it at once. A thread
that breaks ends the process, too: half a service that looks alive is worse than none, and whoever
started it can start it again.
"""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Final, Self

import structlog

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_LAST: Final = 3
_OVER: Final = b"\0"

_log = structlog.get_logger()


class Shutdown:
    """While entered (by the main thread), signals and broken threads become events.

    Attributes:
        asked: it is time to end.
        hurried: it is time to end without waiting for anything.
    """

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.hurried = threading.Event()
        self._broken: str | None = None
        self._count = 0
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._thread = threading.Thread(target=self._listen, name="signals", daemon=True)

    @property
    def exit_code(self) -> int:
        """What the process ends with."""
        return 0 if self._broken is None else 1

    def __enter__(self) -> Self:
        # The handler does nothing: setting an event in it could deadlock with the wait that it
        # interrupts. The number of the signal goes through the pipe to a thread that may wait.
        self._handlers = {each: signal.signal(each, _ignore) for each in _SIGNALS}
        self._wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._hook, threading.excepthook = threading.excepthook, self._thread_broke
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        threading.excepthook = self._hook
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        os.write(self._writer, _OVER)
        self._thread.join()
        os.close(self._reader)
        os.close(self._writer)

    def spawn(self, name: str, target: Callable[[], None]) -> threading.Thread:
        """Starts a thread that is to run until the end; should it end before, all ends."""

        def run() -> None:
            target()
            if not self.asked.is_set():
                self.fail(f"{name} ended by itself")

        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        return thread

    def fail(self, problem: str) -> None:
        """Ends the process, with an exit code that says so."""
        self._broken = problem
        self.asked.set()
        with suppress(Exception):  # the log may be what broke: a full disk, a reader that is gone
            _log.error("service_broke", problem=problem)

    def _listen(self) -> None:
        while (got := os.read(self._reader, 1)) != _OVER:
            if (number := got[0]) in _SIGNALS:
                self._take(number)

    def _take(self, number: int) -> None:
        self._count += 1
        if self._count >= _LAST:
            os._exit(128 + number)
        if self._count > 1:
            self.hurried.set()
        self.asked.set()
        with suppress(Exception):  # as above
            name = signal.Signals(number).name
            _log.info("stopping" if self._count == 1 else "hurrying", signal=name)

    def _thread_broke(self, failure: threading.ExceptHookArgs) -> None:
        name = failure.thread.name if failure.thread else "a thread"
        with suppress(Exception):  # as above
            _log.error("thread_broke", thread=name, exc_info=failure.exc_value)
        self.fail(f"{name} broke: {failure.exc_type.__name__}: {failure.exc_value}")


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Is there so that the signal does not end the process."""
