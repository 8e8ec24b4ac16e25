"""The way of recorded events over the broker: everything to some, to each worker its own."""

import threading
from collections.abc import Iterator, Sequence
from weakref import WeakSet

from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.loose import Loose, LoosePublisher
from hyperdock_common.adapters.rabbitmq.records import bodies, body, pack
from hyperdock_common.adapters.rabbitmq.subscription import EVERY_WORKER, RabbitSubscription
from hyperdock_common.adapters.rabbitmq.topology import Topology, plain
from hyperdock_common.audience import Everyone, audience
from hyperdock_common.events import RecordedEvent


class RabbitFeed:
    """A `Feed`."""

    def __init__(self, consuming: Link, loose: LoosePublisher, topology: Topology) -> None:
        self._link = consuming
        self._loose = loose
        self._topology = topology
        self._lock = threading.Lock()
        self._subscriptions: WeakSet[RabbitSubscription] = WeakSet()

    def relay(self, records: Sequence[RecordedEvent]) -> None:
        """See `Feed.relay`. Dropped while the broker is away: whoever is cut off reads the log."""
        self._loose.say(self._messages(records) if self._loose.hears else ())

    def subscribe(self, worker_id: str | None = None) -> RabbitSubscription:
        """See `Feed.subscribe`. Returns when it is bound, unless the broker is away."""
        subscription = RabbitSubscription(self._link, self._topology, worker_id)
        with self._lock:
            self._subscriptions.add(subscription)
        subscription.start()
        return subscription

    def close(self) -> None:
        """Closes every subscription, so that nobody waits for what cannot come."""
        with self._lock:
            subscriptions = list(self._subscriptions)
        for subscription in subscriptions:
            subscription.close()

    def _messages(self, records: Sequence[RecordedEvent]) -> Iterator[Loose]:
        parts = [pack(record) for record in records]
        for message in bodies(parts):
            yield Loose(self._topology.feed, "", message)
        for record, part in zip(records, parts, strict=True):
            if key := _key(record):
                yield Loose(self._topology.orders, key, body([part]))


def _key(record: RecordedEvent) -> str | None:
    match audience(record.event):
        case Everyone.NONE:
            return None
        case Everyone.ALL:
            return EVERY_WORKER
        case worker_id:
            return plain(worker_id)
