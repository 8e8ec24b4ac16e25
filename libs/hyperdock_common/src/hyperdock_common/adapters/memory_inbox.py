"""The inbox inside the process: a publisher waits until its events are dealt with.

So an acknowledged publish is in the log, whatever happens to the process then, and nothing that
waits here needs to be stored: a process that ends takes the publishers with it.
"""

import itertools
import threading
from collections import deque
from collections.abc import Sequence

from hyperdock_common.errors import BusUnavailable
from hyperdock_common.events import Envelope
from hyperdock_common.events.codec import decode, encode
from hyperdock_common.ports.bus import Delivery


class _Receipt:
    """What one publisher waits for: that so many deliveries are acked."""

    __slots__ = ("_settled", "open")

    def __init__(self, count: int) -> None:
        self.open = count
        self._settled = threading.Event()

    def tick_off(self) -> None:
        self.open -= 1
        if not self.open:
            self._settled.set()

    def give_up(self) -> None:
        self._settled.set()

    def wait(self, timeout: float) -> bool:
        return self._settled.wait(timeout) and not self.open


class MemoryInbox:
    """The ways of the `Inbox` port but for `set_aside`. All in the order of publishing."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._waiting: deque[Delivery] = deque()
        self._unacked: dict[int, Delivery] = {}
        self._receipts: dict[int, _Receipt] = {}
        self._tags = itertools.count(1)
        self._closed = False

    def publish(self, batch: Sequence[Envelope], timeout: float) -> None:
        """See `Inbox.publish`. What was not confirmed in time may still be processed later."""
        # As over a wire: what cannot be encoded fails here, and nobody shares a mutable value.
        envelopes = [decode(encode(envelope)) for envelope in batch]
        if not envelopes:
            return
        receipt = _Receipt(len(envelopes))
        with self._arrived:
            if self._closed:
                raise BusUnavailable("the bus is closed")
            for envelope in envelopes:
                tag = next(self._tags)
                self._waiting.append(Delivery(tag=tag, envelope=envelope))
                self._receipts[tag] = receipt
            self._arrived.notify()
        if not receipt.wait(timeout):
            reason = "the bus was closed" if self._closed else f"not confirmed in {timeout} s"
            raise BusUnavailable(reason)

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """See `Inbox.receive`."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._waiting or self._closed, timeout)
            if self._closed:
                return []
            count = min(limit, len(self._waiting))
            deliveries = [self._waiting.popleft() for _ in range(count)]
            self._unacked.update((each.tag, each) for each in deliveries)
        return deliveries

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """See `Inbox.ack`. Those that are not out (acked before, or recovered) are passed over."""
        with self._arrived:
            for delivery in deliveries:
                if self._unacked.pop(delivery.tag, None):
                    self._receipts.pop(delivery.tag).tick_off()

    def recover(self) -> None:
        """See `Inbox.recover`."""
        with self._arrived:
            self._waiting.extendleft(reversed(self._unacked.values()))
            self._unacked.clear()
            self._arrived.notify()

    def close(self) -> None:
        """Wakes everybody up: publishers raise `BusUnavailable`, `receive` returns nothing."""
        with self._arrived:
            self._closed = True
            for receipt in self._receipts.values():
                receipt.give_up()
            self._arrived.notify_all()
