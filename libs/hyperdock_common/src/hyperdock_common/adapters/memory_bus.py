"""The event bus inside one process: for the embedded mode, where all services share it."""

import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from hyperdock_common.adapters.memory_feed import MemoryFeed, MemorySubscription
from hyperdock_common.adapters.memory_inbox import MemoryInbox
from hyperdock_common.adapters.memory_offers import MemoryJobQueue
from hyperdock_common.adapters.set_aside_file import SetAsideFile
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.events.codec import encode
from hyperdock_common.offer import JobOffer
from hyperdock_common.ports.bus import Delivery, SetAside, Standing


class InProcessBus:
    """An `EventBus` for the threads of one process.

    `publish` returns when the consumer has acked, which it does when the log has the events: so
    never publish on the consumer's own thread. Every wait ends the moment there is something.

    Args:
        set_aside_file: where poison messages are kept for people, one JSON object a line.
        clock: tells when something was set aside.
    """

    def __init__(
        self, set_aside_file: Path | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._inbox = MemoryInbox()
        self._offers = MemoryJobQueue()
        self._feed = MemoryFeed()
        self._set_aside = SetAsideFile(set_aside_file)

    def publish(self, batch: Sequence[Envelope], timeout: float = 30.0) -> None:
        """See `Inbox.publish`; ValueError or DecodeError where an event cannot travel."""
        self._inbox.publish(batch, timeout)

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """See `Inbox.receive`."""
        return self._inbox.receive(limit, timeout)

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """See `Inbox.ack`."""
        self._inbox.ack(deliveries)

    def recover(self) -> None:
        """See `Inbox.recover`."""
        self._inbox.recover()

    def standing(self) -> Standing:
        """See `Inbox.standing`: the one consumer of the process is always in charge."""
        return Standing.IN_CHARGE

    def set_aside(self, delivery: Delivery, reason: str) -> None:
        """See `Inbox.set_aside`; StorageUnavailable, and no ack, where its file is not writable."""
        body = encode(delivery.envelope)
        self._set_aside.keep(SetAside(reason=reason, body=body, at=self._clock()))
        self._inbox.ack([delivery])

    def list_set_aside(self) -> Sequence[SetAside]:
        """See `Inbox.list_set_aside`."""
        return self._set_aside.list()

    def offer(self, offer: JobOffer) -> None:
        """See `JobQueue.offer`."""
        self._offers.offer(offer)

    def take(self, pool: str, lines: Collection[str], timeout: float) -> JobOffer | None:
        """See `JobQueue.take`."""
        return self._offers.take(pool, lines, timeout)

    def relay(self, records: Sequence[RecordedEvent]) -> None:
        """See `Feed.relay`."""
        self._feed.relay(records)

    def subscribe(self, worker_id: str | None = None) -> MemorySubscription:
        """See `Feed.subscribe`."""
        return self._feed.subscribe(worker_id)

    def close(self) -> None:
        """Wakes everybody up: `publish` raises `BusUnavailable`, everything else gives nothing."""
        self._inbox.close()
        self._offers.close()
        self._feed.close()
