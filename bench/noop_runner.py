"""A runner whose targets end the moment they are started: what is left is Hyperdock itself."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hyperdock_common.ports import Exit, Order, Running


class NoOpRunner:
    """Writes a loss and is done; or is done after a while, without using a thread for it.

    Attributes:
        starts, ends: when each target began and ended, by job, on the monotonic clock.
    """

    def __init__(self, seconds: Callable[[], float] = lambda: 0.0) -> None:
        self._seconds = seconds
        self._due: dict[Path, float] = {}
        self.starts: dict[str, float] = {}
        self.ends: dict[str, float] = {}

    def check(self) -> None:
        """Always there."""

    def start(self, order: Order) -> Running:
        """Begins at once."""
        now = time.monotonic()
        self.starts[order.offer.job_id] = now
        self._due[order.folder.path] = now + self._seconds()
        (order.folder.target / "loss.json").write_text(str(order.offer.number % 97 / 97))
        return Running(order=order, started_at=time.time(), handle=order.offer.job_id)

    def adopt(self, orders: Sequence[Order]) -> Sequence[Running]:
        """Nothing outlives the process."""
        del orders
        return []

    def wait(self, running: Running, timeout: float) -> Exit | None:
        """Ends when it is due."""
        left = self._due[running.order.folder.path] - time.monotonic()
        if left > 0:
            threading.Event().wait(min(left, timeout))
        if left > timeout:
            return None
        self.ends[running.order.offer.job_id] = time.monotonic()
        return Exit(code=0, seconds=0.0)

    def stop(self, running: Running, *, force: bool) -> None:
        """Ends it now."""
        del force
        self._due[running.order.folder.path] = 0.0

    def discard(self, running: Running) -> None:
        """Leaves nothing."""
        self._due.pop(running.order.folder.path, None)

    def close(self) -> None:
        """Holds nothing."""
