"""Whether publishers get through now: known from confirms, and asked by a probe when it is quiet.

Only who is in charge of the inbox needs to know: without it the silence of a worker whose
heartbeats the broker does not take would look like its death.
"""

import time
from typing import Final

from hyperdock_common.adapters.rabbitmq import amqp
from hyperdock_common.adapters.rabbitmq.confirmed import ConfirmedPublisher
from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.parcel import Message, Parcel
from hyperdock_common.adapters.rabbitmq.topology import Topology

QUIET_SECONDS: Final = 3.0
DEAF_SECONDS: Final = 6.0
_TICK_SECONDS: Final = 1.0


class Hearing:
    """A tenant of the publishing link, which gives it its ticks."""

    def __init__(self, link: Link, publisher: ConfirmedPublisher, topology: Topology) -> None:
        self._link = link
        self._publisher = publisher
        self._queue = topology.probe
        self._started_at: float | None = None
        self._connection: amqp.Connection | None = None
        self._probe: Parcel | None = None

    def start(self) -> None:
        """Begins to ask. Called again it does nothing."""
        if self._started_at is None:
            self._started_at = time.monotonic()
            self._link.attach(self)

    @property
    def deaf(self) -> bool:
        """Whether nobody's silence means anything now."""
        known_since = max(self._publisher.confirmed_at, self._started_at or 0.0)
        return self._link.blocked or time.monotonic() - known_since > DEAF_SECONDS

    def link_up(self, connection: amqp.Connection) -> None:
        """See `Tenant.link_up`."""
        if connection is not self._connection:
            self._connection = connection
            self._tick(connection)

    def link_down(self) -> None:
        """See `Tenant.link_down`."""
        self._connection = None

    def _tick(self, connection: amqp.Connection) -> None:
        if connection is not self._connection:
            return
        quiet = time.monotonic() - self._publisher.confirmed_at > QUIET_SECONDS
        if quiet and (self._probe is None or self._probe.settled):
            properties = amqp.properties(delivery_mode=2)
            self._probe = Parcel([Message(self._queue, b"", properties)])
            self._publisher.submit(self._probe)
        self._link.call_later(_TICK_SECONDS, lambda: self._tick(connection))
