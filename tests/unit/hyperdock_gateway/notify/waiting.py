"""Waiting for what other threads do."""

import time
from collections.abc import Callable

DEADLINE = 20.0


def wait_until(holds: Callable[[], object]) -> None:
    """Returns when it holds; fails if that takes too long."""
    give_up = time.monotonic() + DEADLINE
    while not holds():
        if time.monotonic() > give_up:
            raise AssertionError("waited in vain")
        time.sleep(0.01)
