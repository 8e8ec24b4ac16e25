"""Threads of services that end by an error: logged, and told to people instead of a traceback."""

import threading
from contextlib import suppress

import structlog

_log = structlog.get_logger()


class ThreadFailures:
    """What broke in the threads of this process since `catch` was called."""

    def __init__(self) -> None:
        self._problems: list[str] = []

    def catch(self) -> None:
        """From now on takes in every thread that ends by an error."""
        threading.excepthook = self._take_in

    def problems(self) -> list[str]:
        """Each broken thread, in a sentence."""
        return list(self._problems)

    def _take_in(self, failure: threading.ExceptHookArgs) -> None:
        name = failure.thread.name if failure.thread else "a thread"
        self._problems.append(
            f"{name} broke ({failure.exc_type.__name__}: {failure.exc_value}); "
            "start again to go on, hyperdock.log says more"
        )
        with suppress(Exception):  # the log may be what broke
            _log.error("thread_broke", thread=name, exc_info=failure.exc_value)
