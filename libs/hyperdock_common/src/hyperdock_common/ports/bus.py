"""The ports to the event bus: the inbox, the offers of jobs and the feed of recorded events.

The bus is a wake-up call and a carrier, never the truth: the log is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.offer import JobOffer


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A published event as the inbox hands it out; `tag` is the bus's own handle for the ack."""

    tag: int
    envelope: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A message that could not be processed, with the reason."""

    reason: str
    body: bytes
    at: float


class Inbox(Protocol):
    """The way of events from everyone to the supervisor. Thread safe for publishers."""

    def publish(self, batch: Sequence[Envelope], timeout: float = 30.0) -> None:
        """Hands events over; returns when they are sure to reach the log or be rejected.

        Order is kept per publisher. Publishing the same event id again does no harm.

        Raises:
            BusUnavailable: not confirmed in time; publish the same events again.
        """

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """At most `limit` deliveries; waits for the first one, or `timeout` seconds for none.

        For one consumer thread. What is not acked is delivered again after a crash.
        """

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """Says that these are dealt with for ever: recorded, or rejected by the domain."""

    def recover(self) -> None:
        """Makes what was received and not acked deliverable again, in its order.

        Called by a supervisor that begins.
        """

    def set_aside(self, delivery: Delivery, reason: str) -> None:
        """Takes a poison message out of the way, kept with its reason, and acks it."""

    def list_set_aside(self) -> Sequence[SetAside]:
        """What was set aside, oldest first."""


class JobQueue(Protocol):
    """The way of job offers from the supervisor to the workers. An offer is only a hint."""

    def offer(self, offer: JobOffer) -> None:
        """Offers an attempt to the workers of its pool and runtime. May be lost or doubled."""

    def take(self, pool: str, runtimes: Collection[str], timeout: float) -> JobOffer | None:
        """The oldest offer that fits, to one taker; None after `timeout` seconds without one."""


class Subscription(Protocol):
    """One reader's end of the feed."""

    def next(self, timeout: float) -> Sequence[RecordedEvent]:
        """The recorded events since the last call, in order; waits for some up to `timeout`.

        A reader that falls far behind misses events: it sees a gap in the positions and reads
        the log (see `hyperdock_common.feed`).
        """

    def close(self) -> None:
        """Ends the subscription. `next` returns nothing afterwards."""


class Feed(Protocol):
    """The way of recorded facts from the supervisor to everyone."""

    def relay(self, records: Sequence[RecordedEvent]) -> None:
        """Tells every subscriber. Never blocks on a slow one."""

    def subscribe(self) -> Subscription:
        """A subscription that sees what is relayed from now on."""


class EventBus(Inbox, JobQueue, Feed, Protocol):
    """All three ways in one adapter."""
