"""The ports to the event bus: the inbox, the offers of jobs and the feed of recorded events.

The bus is a wake-up call and a carrier, never the truth: the log is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
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


class Standing(Enum):
    """How a consumer of the inbox stands with it.

    STANDBY: it is not known that the deliveries come here: another consumer gets them, or nothing
        came yet, or the bus is away. Nothing may be decided.
    IN_CHARGE: the deliveries come here.
    DEAF: they would, but publishers cannot get through now (the bus refuses them): what is there is
        dealt with, but nobody's silence means anything.
    """

    STANDBY = "standby"
    IN_CHARGE = "in charge"
    DEAF = "deaf"


class Inbox(Protocol):
    """The way of events from everyone to the supervisor. Thread safe for publishers.

    Of several consumers one is in charge and gets all deliveries; when it goes away (its process
    or its connection ends) the bus puts another one in charge, which gets what was not acked.
    """

    def publish(self, batch: Sequence[Envelope], timeout: float = 30.0) -> None:
        """Hands events over; returns when they are sure to reach the log or be rejected.

        Order is kept per publisher. Publishing the same event id again does no harm.

        Raises:
            BusUnavailable: not confirmed in time; publish the same events again.
        """

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """At most `limit` deliveries; waits for the first one, or `timeout` seconds for none.

        For one consumer thread. What is not acked is delivered again after a crash. Limited also
        in bytes, so that one commit can hold what follows from the batch.
        """

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """Says that these are dealt with for ever: recorded, or rejected by the domain."""

    def recover(self) -> None:
        """Makes what was received and not acked deliverable again, in its order.

        Called by a supervisor that begins. It stays in charge, if it was.
        """

    def standing(self) -> Standing:
        """Whether this consumer is in charge now. Asked for the first time, it begins to consume.

        It leaves STANDBY only when a delivery is there to be received: whoever sees it leave
        rebuilds its state from the log, and only then receives.
        """

    def set_aside(self, delivery: Delivery, reason: str) -> None:
        """Takes a poison message out of the way, kept with its reason, and acks it."""

    def list_set_aside(self) -> Sequence[SetAside]:
        """What was set aside, oldest first."""


class JobQueue(Protocol):
    """The way of job offers from the supervisor to the workers. An offer is only a hint."""

    def offer(self, offer: JobOffer) -> None:
        """Offers an attempt to the workers of its pool and line. May be lost or doubled."""

    def take(self, pool: str, lines: Collection[str], timeout: float) -> JobOffer | None:
        """The oldest offer of these lines, to one taker; None after `timeout` seconds without one.

        Args:
            pool: the taker's pool.
            lines: what it can run, in the words of `JobOffer.line`.
            timeout: in seconds; an adapter may return a little earlier.
        """


class Subscription(Protocol):
    """One reader's end of the feed."""

    def next(self, timeout: float) -> Sequence[RecordedEvent]:
        """The recorded events since the last call, in order; waits for some up to `timeout`.

        A reader that falls far behind misses events: it sees a gap in the positions and reads
        the log (see `hyperdock_common.feed`). Where the adapter knows that some may have been
        missed (it was cut off), it returns early, with nothing: look at the log then.
        """

    def close(self) -> None:
        """Ends the subscription. `next` returns nothing afterwards."""


class Feed(Protocol):
    """The way of recorded facts from the supervisor to everyone."""

    def relay(self, records: Sequence[RecordedEvent]) -> None:
        """Tells every subscriber. Never blocks on a slow one."""

    def subscribe(self, worker_id: str | None = None) -> Subscription:
        """A subscription that sees what is relayed from now on.

        Args:
            worker_id: only what concerns this worker (see `hyperdock_common.audience`), so that the
                load of the feed does not grow with workers times events.
        """


class EventBus(Inbox, JobQueue, Feed, Protocol):
    """All three ways in one adapter."""
