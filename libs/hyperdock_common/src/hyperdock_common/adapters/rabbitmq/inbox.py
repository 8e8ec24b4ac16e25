"""Consuming the inbox: of several processes the broker lets one, and holds the rest in reserve.

Deliveries wait here until they are received, and are remembered until they are acked. When the
channel is lost both are forgotten: the broker delivers them again, to whoever is in charge then.
"""

import itertools
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from hyperdock_common.adapters.rabbitmq.amqp import Channel
from hyperdock_common.adapters.rabbitmq.delivery_tags import DeliveryTags
from hyperdock_common.adapters.rabbitmq.envelopes import from_body
from hyperdock_common.adapters.rabbitmq.kept_channel import KeptChannel
from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.poison import Poison
from hyperdock_common.adapters.rabbitmq.topology import Topology
from hyperdock_common.errors import DecodeError
from hyperdock_common.ports.bus import Delivery

_PREFETCH: Final = 1000
_BATCH_BYTES: Final = 2 * 1024 * 1024
_RETRY_SECONDS: Final = 1.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """A delivery here, with what the broker calls it."""

    delivery: Delivery
    broker_tag: int
    size: int


class InboxConsumer:
    """The consuming side of an `Inbox`."""

    def __init__(self, link: Link, topology: Topology, poison: Poison) -> None:
        self._link = link
        self._topology = topology
        self._poison = poison
        self._kept = KeptChannel(link, "inbox", self._consume, self._lost)
        self._arrived = threading.Condition()
        self._buffer: deque[_Held] = deque()
        self._received: dict[int, _Held] = {}
        self._open = DeliveryTags()
        self._tags = itertools.count(1)
        self._in_charge = False
        self._closed = False

    @property
    def in_charge(self) -> bool:
        """Whether the deliveries come here, as far as can be known."""
        return self._in_charge

    def start(self) -> None:
        """Begins to consume. Called again it does nothing."""
        self._kept.start()

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """See `Inbox.receive`."""
        self.start()
        with self._arrived:
            self._arrived.wait_for(lambda: self._buffer or self._closed, timeout)
            if self._closed:
                return []
            taken = self._take(limit)
            self._received.update((each.delivery.tag, each) for each in taken)
        return [each.delivery for each in taken]

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """See `Inbox.ack`. Those that a lost connection took along are passed over."""
        with self._arrived:
            found = [self._received.pop(each.tag, None) for each in deliveries]
            channel = self._kept.channel
        tags = [each.broker_tag for each in found if each is not None]
        if tags and channel is not None:
            self._link.call(lambda: self._ack(channel, tags))

    def recover(self) -> None:
        """See `Inbox.recover`: the broker need not know, so the consumer stays in charge."""
        with self._arrived:
            self._buffer.extendleft(reversed(self._received.values()))
            self._received.clear()
            self._arrived.notify_all()

    def close(self) -> None:
        """Wakes `receive`, which gives nothing any more."""
        with self._arrived:
            self._closed = True
            self._arrived.notify_all()
        self._kept.close()

    def _take(self, limit: int) -> list[_Held]:
        taken: list[_Held] = []
        size = 0
        while self._buffer and len(taken) < limit:
            size += self._buffer[0].size
            if taken and size > _BATCH_BYTES:
                break
            taken.append(self._buffer.popleft())
        return taken

    def _consume(self, channel: Channel) -> None:
        self._topology.declare_inbox(channel)
        channel.basic_qos(prefetch_count=_PREFETCH, callback=lambda _: None)
        channel.basic_consume(
            self._topology.inbox, self._delivered, callback=lambda _: self._kept.works()
        )

    def _delivered(self, channel: Channel, method: Any, _properties: Any, body: bytes) -> None:
        tag: int = method.delivery_tag
        self._open.delivered(tag)
        try:
            envelope = from_body(body)
        except DecodeError as error:
            self._set_aside(channel, tag, body, error.reason)
            return
        delivery = Delivery(tag=next(self._tags), envelope=envelope)
        with self._arrived:
            self._buffer.append(_Held(delivery, tag, len(body)))
            self._in_charge = True
            self._arrived.notify()

    def _set_aside(self, channel: Channel, tag: int, body: bytes, reason: str) -> None:
        """Keeps it elsewhere, then acks it; where that fails, tries again while it is here."""

        def settled(error: str | None) -> None:  # called on the publishing link's thread
            self._link.call(lambda: acked() if error is None else retried())

        def acked() -> None:
            _log.warning("message_set_aside", reason=reason)
            self._ack(channel, [tag])

        def retried() -> None:
            if self._kept.channel is channel:
                again = lambda: self._set_aside(channel, tag, body, reason)  # noqa: E731
                self._link.call_later(_RETRY_SECONDS, again)

        self._poison.submit(body, reason, settled)

    def _ack(self, channel: Channel, tags: Sequence[int]) -> None:
        if self._kept.channel is not channel:
            return
        for tag, multiple in self._open.done(tags):
            channel.basic_ack(tag, multiple)

    def _lost(self) -> None:
        with self._arrived:
            self._buffer.clear()
            self._received.clear()
            self._open = DeliveryTags()
            self._in_charge = False
