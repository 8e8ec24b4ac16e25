"""The offers of jobs inside the process: each goes straight to whoever waits longest for it."""

import itertools
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Collection
from typing import TypeAlias

from hyperdock_common.offer import JobOffer

_Line: TypeAlias = OrderedDict[tuple[str, int], tuple[int, JobOffer]]
"""Offers of one pool and line by job and attempt, each with its place among all offers."""


class _Taker:
    """A thread that waits in `take`."""

    __slots__ = ("lines", "offer", "pool", "ready")

    def __init__(self, pool: str, lines: Collection[str]) -> None:
        self.pool = pool
        self.lines = lines
        self.ready = threading.Event()
        self.offer: JobOffer | None = None

    def fits(self, offer: JobOffer) -> bool:
        return offer.pool == self.pool and offer.line in self.lines


class MemoryJobQueue:
    """A `JobQueue`. An attempt that waits already is not queued again when it is offered again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: defaultdict[tuple[str, str], _Line] = defaultdict(OrderedDict)
        self._takers: list[_Taker] = []
        self._places = itertools.count()
        self._closed = False

    def offer(self, offer: JobOffer) -> None:
        """See `JobQueue.offer`."""
        with self._lock:
            for taker in self._takers:
                if taker.fits(offer):
                    self._takers.remove(taker)
                    taker.offer = offer
                    taker.ready.set()
                    return
            line = self._lines[offer.pool, offer.line]
            line.setdefault((offer.job_id, offer.attempt), (next(self._places), offer))

    def take(self, pool: str, lines: Collection[str], timeout: float) -> JobOffer | None:
        """See `JobQueue.take`."""
        taker = _Taker(pool, lines)
        with self._lock:
            if self._closed:
                return None
            if waiting := self._oldest(pool, lines):
                return waiting
            self._takers.append(taker)
        taker.ready.wait(timeout)
        with self._lock:  # an offer may have come in the very moment of the timeout
            if taker in self._takers:
                self._takers.remove(taker)
            return taker.offer

    def close(self) -> None:
        """Drops the offers and wakes the takers, who get nothing."""
        with self._lock:
            self._closed = True
            self._lines.clear()
            for taker in self._takers:
                taker.ready.set()

    def _oldest(self, pool: str, lines: Collection[str]) -> JobOffer | None:
        waiting = [line for each in lines if (line := self._lines.get((pool, each)))]
        if not waiting:
            return None
        oldest = min(waiting, key=lambda line: next(iter(line.values()))[0])
        return oldest.popitem(last=False)[1][1]
