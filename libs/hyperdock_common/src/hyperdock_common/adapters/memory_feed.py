"""The feed inside the process: a bounded queue per reader, so that no slow one delays the rest."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from hyperdock_common.audience import concerns
from hyperdock_common.events import RecordedEvent

BOUND: Final = 10_000
"""How many events wait for a reader before it misses the oldest."""


class MemorySubscription:
    """A `Subscription`. When it is full, the oldest give way: the reader sees a gap."""

    def __init__(
        self,
        bound: int,
        forget: Callable[["MemorySubscription"], None],
        worker_id: str | None = None,
    ) -> None:
        self._worker_id = worker_id
        self._arrived = threading.Condition()
        self._records: deque[RecordedEvent] = deque(maxlen=bound)
        self._forget = forget
        self._closed = False

    def put(self, records: Sequence[RecordedEvent]) -> None:
        """Queues those of the records that the reader is to see."""
        worker_id = self._worker_id
        if worker_id is not None:
            records = [each for each in records if concerns(each.event, worker_id)]
        with self._arrived:
            if records and not self._closed:
                self._records.extend(records)
                self._arrived.notify()

    def next(self, timeout: float) -> Sequence[RecordedEvent]:
        """See `Subscription.next`."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._records or self._closed, timeout)
            records = list(self._records)
            self._records.clear()
        return records

    def close(self) -> None:
        """See `Subscription.close`."""
        self._forget(self)
        with self._arrived:
            self._closed = True
            self._records.clear()
            self._arrived.notify_all()


class MemoryFeed:
    """A `Feed`."""

    def __init__(self, bound: int = BOUND) -> None:
        self._bound = bound
        self._lock = threading.Lock()
        self._subscriptions: list[MemorySubscription] = []
        self._closed = False

    def relay(self, records: Sequence[RecordedEvent]) -> None:
        """See `Feed.relay`."""
        with self._lock:  # all the way, so that two relays reach every reader in one order
            for subscription in self._subscriptions:
                subscription.put(records)

    def subscribe(self, worker_id: str | None = None) -> MemorySubscription:
        """See `Feed.subscribe`. Of a closed feed: a closed subscription."""
        subscription = MemorySubscription(self._bound, self._forget, worker_id)
        with self._lock:
            self._subscriptions.append(subscription)
            closed = self._closed
        if closed:
            subscription.close()
        return subscription

    def close(self) -> None:
        """Closes every subscription."""
        with self._lock:
            self._closed = True
            subscriptions = list(self._subscriptions)
        for subscription in subscriptions:
            subscription.close()

    def _forget(self, subscription: MemorySubscription) -> None:
        with self._lock:
            if subscription in self._subscriptions:
                self._subscriptions.remove(subscription)
