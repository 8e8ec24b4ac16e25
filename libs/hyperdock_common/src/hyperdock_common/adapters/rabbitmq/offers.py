"""The way of job offers over the broker: a queue per pool and line."""

import threading
from collections.abc import Callable, Collection
from typing import Final

import msgspec

from hyperdock_common.adapters.rabbitmq.job_line import JobLine
from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.loose import LoosePublisher
from hyperdock_common.adapters.rabbitmq.taker import Place, Taker, Takers
from hyperdock_common.adapters.rabbitmq.topology import Topology
from hyperdock_common.offer import JobOffer

_encoder: Final = msgspec.json.Encoder()


class Offers:
    """A `JobQueue`."""

    def __init__(self, consuming: Link, loose: LoosePublisher, topology: Topology) -> None:
        self._link = consuming
        self._loose = loose
        self._topology = topology
        self._takers = Takers()
        self._lock = threading.Lock()
        self._lines: dict[Place, JobLine] = {}

    def offer(self, offer: JobOffer) -> None:
        """See `JobQueue.offer`."""
        queue = self._topology.jobs(offer.pool, offer.line)
        self._loose.offer(queue, _encoder.encode(offer))

    def take(self, pool: str, lines: Collection[str], timeout: float) -> JobOffer | None:
        """See `JobQueue.take`. Of a closed bus: None after the timeout, so that no caller spins."""
        taker = Taker(pool, lines)
        wanted = [self._line(place) for place in sorted(taker.places)]
        self._takers.add(taker)
        self._link.call(lambda: _each(wanted, JobLine.arm))
        offer = taker.wait(timeout)
        self._takers.remove(taker)
        if offer is None:
            self._link.call(lambda: _each(wanted, JobLine.linger))
        return offer

    def close(self) -> None:
        """Sends the takers away with nothing."""
        self._takers.wake_all()

    def _line(self, place: Place) -> JobLine:
        with self._lock:
            if place not in self._lines:
                line = JobLine(self._link, self._topology, place, self._takers, self._given)
                self._lines[place] = line
                line.start()
            return self._lines[place]

    def _given(self) -> None:
        """A taker waits no more: other lines that only it waited for come to rest."""
        with self._lock:
            lines = list(self._lines.values())
        _each(lines, JobLine.rest)


def _each(lines: Collection[JobLine], act: Callable[[JobLine], None]) -> None:
    for line in lines:
        act(line)
