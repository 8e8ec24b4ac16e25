"""One reader's end of the feed: a queue of its own at the broker, and a bounded buffer here."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import structlog

from hyperdock_common.adapters.rabbitmq.amqp import Channel
from hyperdock_common.adapters.rabbitmq.kept_channel import KeptChannel
from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.records import unpack
from hyperdock_common.adapters.rabbitmq.topology import Topology, plain
from hyperdock_common.errors import DecodeError
from hyperdock_common.events import RecordedEvent

BOUND: Final = 10_000
_BOUND_SECONDS: Final = 5.0
EVERY_WORKER: Final = "*"
_log = structlog.get_logger(__name__)


class RabbitSubscription:
    """A `Subscription`. After each time that it was cut off, `next` returns early once."""

    def __init__(self, link: Link, topology: Topology, worker_id: str | None) -> None:
        self._link = link
        self._topology = topology
        self._worker_id = worker_id
        self._kept = KeptChannel(link, "subscription", self._declare)
        self._arrived = threading.Condition()
        self._records: deque[RecordedEvent] = deque(maxlen=BOUND)
        self._bound = self._cut_off = self._closed = False

    def start(self) -> None:
        """Returns when the queue is bound; at once while the broker is away."""
        self._kept.start()
        if not self._link.away:
            self._kept.settled.wait(_BOUND_SECONDS)

    def next(self, timeout: float) -> Sequence[RecordedEvent]:
        """See `Subscription.next`."""
        deadline = time.monotonic() + timeout
        with self._arrived:
            self._arrived.wait_for(self._has_news, deadline - time.monotonic())
            self._cut_off = False
            records = list(self._records)
            self._records.clear()
        return records

    def close(self) -> None:
        """See `Subscription.close`."""
        with self._arrived:
            self._closed = True
            self._records.clear()
            self._arrived.notify_all()
        self._kept.close()

    def _has_news(self) -> bool:
        return bool(self._records) or self._cut_off or self._closed

    def _declare(self, channel: Channel) -> None:
        self._topology.declare_exchanges(channel)
        self._topology.declare_reader(channel, lambda answer: self._bind(channel, answer))

    def _bind(self, channel: Channel, answer: Any) -> None:
        queue = answer.method.queue
        if self._worker_id is None:
            channel.queue_bind(queue, self._topology.feed)
        else:
            for key in (plain(self._worker_id), EVERY_WORKER):
                channel.queue_bind(queue, self._topology.orders, key)
        channel.basic_consume(
            queue,
            self._delivered,
            auto_ack=True,
            exclusive=True,
            callback=lambda _: self._is_bound(),
        )

    def _is_bound(self) -> None:
        """From here on nothing is missed; what was said since the last time may be."""
        self._kept.works()
        with self._arrived:
            self._cut_off, self._bound = self._bound, True
            self._arrived.notify_all()

    def _delivered(self, _channel: Any, _method: Any, _properties: Any, body: bytes) -> None:
        try:
            records = unpack(body)
        except DecodeError as error:  # of a newer release: the log is there to be read
            _log.warning("feed_message_dropped", error=error.reason)
            return
        with self._arrived:
            if not self._closed:
                self._records.extend(records)
                self._arrived.notify_all()
