"""Waiting for what has to happen: a condition with a deadline, never a fixed time."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SOON = 20.0
"""Seconds by which everything that a test waits for has come, on a busy machine too."""


def until(ask: Callable[[], T], what: str = "it") -> T:
    """What `ask` says as soon as that is something."""
    deadline = time.monotonic() + SOON
    pause = threading.Event()
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"{what} did not happen in time"
        pause.wait(0.002)
    return answer
