"""A thread that waits for an offer, and which of those that wait gets the next one."""

import threading
from collections.abc import Collection
from typing import TypeAlias

from hyperdock_common.offer import JobOffer

Place: TypeAlias = tuple[str, str]
"""A pool and a line."""


class Taker:
    """One call of `take`. It gets one offer, or gives up; never both."""

    __slots__ = ("_gone", "_lock", "_offer", "_woken", "places")

    def __init__(self, pool: str, lines: Collection[str]) -> None:
        self.places: frozenset[Place] = frozenset((pool, line) for line in lines)
        self._offer: JobOffer | None = None
        self._gone = False
        self._lock = threading.Lock()
        self._woken = threading.Event()

    def give(self, offer: JobOffer) -> bool:
        """Whether it takes the offer. It goes on only when it is woken, or gives up."""
        with self._lock:
            if self._gone or self._offer is not None:
                return False
            self._offer = offer
            return True

    def wake(self) -> None:
        """Ends its wait."""
        self._woken.set()

    def wait(self, timeout: float) -> JobOffer | None:
        """Waits until it is woken or the time is over; what it got until then counts."""
        self._woken.wait(timeout)
        with self._lock:
            self._gone = True
            return self._offer


class Takers:
    """Those that wait, the longest first. Thread safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Taker] = []

    def add(self, taker: Taker) -> None:
        """One more waits."""
        with self._lock:
            self._waiting.append(taker)

    def remove(self, taker: Taker) -> None:
        """It does not wait any more."""
        with self._lock:
            if taker in self._waiting:
                self._waiting.remove(taker)

    def wanted(self, place: Place) -> bool:
        """Whether somebody waits for this line."""
        with self._lock:
            return any(place in each.places for each in self._waiting)

    def give(self, place: Place, offer: JobOffer) -> Taker | None:
        """Gives an offer to the one that waits longest for its line; wake it then."""
        with self._lock:
            for taker in self._waiting:
                if place in taker.places and taker.give(offer):
                    self._waiting.remove(taker)
                    return taker
        return None

    def wake_all(self) -> None:
        """Sends everybody away."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for taker in waiting:
            taker.wake()
