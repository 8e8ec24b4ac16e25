"""The event bus over RabbitMQ, put together: two connections, one to speak and one to listen.

Two, because a broker in need stops reading from those who publish, and must not be deaf to acks.
"""

import time
from collections.abc import Callable, Collection, Sequence

from hyperdock_common.adapters.rabbitmq import amqp
from hyperdock_common.adapters.rabbitmq.confirmed import ConfirmedPublisher
from hyperdock_common.adapters.rabbitmq.envelopes import to_body
from hyperdock_common.adapters.rabbitmq.feed import RabbitFeed
from hyperdock_common.adapters.rabbitmq.hearing import Hearing
from hyperdock_common.adapters.rabbitmq.inbox import InboxConsumer
from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.loose import LoosePublisher
from hyperdock_common.adapters.rabbitmq.offers import Offers
from hyperdock_common.adapters.rabbitmq.parcel import Message, Parcel
from hyperdock_common.adapters.rabbitmq.poison import Poison
from hyperdock_common.adapters.rabbitmq.settings import RabbitSettings
from hyperdock_common.adapters.rabbitmq.subscription import RabbitSubscription
from hyperdock_common.adapters.rabbitmq.topology import Topology
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.events.codec import encode, type_name
from hyperdock_common.offer import JobOffer
from hyperdock_common.ports.bus import Delivery, SetAside, Standing


class RabbitBus:
    """An `EventBus` for one process. It begins to connect at once, and again for ever.

    Args:
        settings: where the broker is.
        name: what the broker's own pages call this process.
        clock: tells when something was set aside.

    Raises:
        ValueError: the settings cannot be used.
    """

    def __init__(
        self, settings: RabbitSettings, name: str, clock: Callable[[], float] = time.time
    ) -> None:
        topology = Topology(settings.prefix)
        self._speaking = _link(settings, f"{name} speaks")
        self._listening = _link(settings, f"{name} listens")
        self._publisher = ConfirmedPublisher(self._speaking, topology)
        self._loose = LoosePublisher(self._speaking, topology)
        self._hearing = Hearing(self._speaking, self._publisher, topology)
        self._poison = Poison(self._publisher, self._listening, topology, clock)
        self._consumer = InboxConsumer(self._listening, topology, self._poison)
        self._offers = Offers(self._listening, self._loose, topology)
        self._feed = RabbitFeed(self._listening, self._loose, topology)
        self._inbox = topology.inbox
        self._speaking.on_unblocked = self._unblocked
        self._publisher.start()
        self._loose.start()

    @property
    def connected(self) -> bool:
        """Whether the broker can be spoken to now, and listened to where anything listens."""
        listening = self._listening.connected or not self._listening.started
        return self._publisher.ready and self._loose.ready and listening

    def publish(self, batch: Sequence[Envelope], timeout: float = 30.0) -> None:
        """See `Inbox.publish`; ValueError or DecodeError where an event cannot travel."""
        if batch:
            self._publisher.send(Parcel([self._message(each) for each in batch]), timeout)

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """See `Inbox.receive`."""
        return self._consumer.receive(limit, timeout)

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """See `Inbox.ack`."""
        self._consumer.ack(deliveries)

    def recover(self) -> None:
        """See `Inbox.recover`."""
        self._consumer.recover()

    def standing(self) -> Standing:
        """See `Inbox.standing`."""
        self._consumer.start()
        self._hearing.start()
        if not self._consumer.in_charge:
            return Standing.STANDBY
        return Standing.DEAF if self._hearing.deaf else Standing.IN_CHARGE

    def set_aside(self, delivery: Delivery, reason: str) -> None:
        """See `Inbox.set_aside`; BusUnavailable, and no ack, where that is not certain."""
        self._poison.put(encode(delivery.envelope), reason)
        self._consumer.ack([delivery])

    def list_set_aside(self) -> Sequence[SetAside]:
        """See `Inbox.list_set_aside`; BusUnavailable where the broker is away."""
        return self._poison.list()

    def offer(self, offer: JobOffer) -> None:
        """See `JobQueue.offer`."""
        self._offers.offer(offer)

    def take(self, pool: str, lines: Collection[str], timeout: float) -> JobOffer | None:
        """See `JobQueue.take`."""
        return self._offers.take(pool, lines, timeout)

    def relay(self, records: Sequence[RecordedEvent]) -> None:
        """See `Feed.relay`."""
        self._feed.relay(records)

    def subscribe(self, worker_id: str | None = None) -> RabbitSubscription:
        """See `Feed.subscribe`."""
        return self._feed.subscribe(worker_id)

    def close(self) -> None:
        """Leaves the broker; `publish` raises `BusUnavailable`, everything else gives nothing."""
        self._publisher.close()
        self._offers.close()
        self._feed.close()
        self._consumer.close()
        for link in (self._listening, self._speaking):
            link.leave()
        for link in (self._listening, self._speaking):
            link.join()

    def _message(self, envelope: Envelope) -> Message:
        properties = amqp.properties(
            delivery_mode=2,
            content_type="application/json",
            message_id=envelope.event_id[:255],
            type=type_name(envelope.event),
        )
        return Message(self._inbox, to_body(envelope), properties)

    def _unblocked(self) -> None:
        self._publisher.pump()
        self._loose.pump()


def _link(settings: RabbitSettings, name: str) -> Link:
    return Link(amqp.Parameters(settings, name), name)
