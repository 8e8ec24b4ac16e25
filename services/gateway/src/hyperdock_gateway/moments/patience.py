"""How long a request waits for a moment to be put together, and what it is told after that."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from hyperdock_common.errors import StorageUnavailable

SECONDS: Final = 5.0


class NotTogether(StorageUnavailable):
    """Raised when a moment is not put together in time: what is done is kept, asking goes on."""

    def __init__(self, position: int, done: int) -> None:
        self.position = position
        self.done = done
        super().__init__(
            f"the moment at position {position} is put together up to {done} so far: ask again"
        )


class Patience:
    """What is left of the seconds that one request waits."""

    def __init__(
        self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._end = clock() + seconds

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self._clock() >= self._end

    @contextmanager
    def holding(self, lock: Lock, position: int, done: Callable[[], int]) -> Iterator[None]:
        """Holds a lock meanwhile, if it can be had in time.

        Args:
            lock: of those who put together.
            position: the moment that is asked for.
            done: how far it is.

        Raises:
            NotTogether: somebody else holds it for too long.
        """
        if not lock.acquire(timeout=max(self._end - self._clock(), 0.0)):
            raise NotTogether(position, done())
        try:
            yield
        finally:
            lock.release()
