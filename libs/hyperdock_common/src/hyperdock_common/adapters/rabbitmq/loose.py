"""Messages that may be lost: nobody waits for them, and they never make anybody wait.

What is said while the broker is away is dropped, but for the last offers: those are kept a while,
because their jobs would wait for the next time they are offered.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import structlog

from hyperdock_common.adapters.rabbitmq import amqp
from hyperdock_common.adapters.rabbitmq.kept_channel import KeptChannel
from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.topology import Topology

_KEPT_OFFERS: Final = 1000
_BOUND_BYTES: Final = 16 * 1024 * 1024
_DECLARE_AGAIN_SECONDS: Final = 600.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Loose:
    """One such message; with an empty exchange the key is a queue of offers."""

    exchange: str
    key: str
    body: bytes


class LoosePublisher:
    """Sends them in order while the broker is there. Thread safe; never blocks."""

    def __init__(self, link: Link, topology: Topology) -> None:
        self._link = link
        self._topology = topology
        self._kept = KeptChannel(link, "loose publisher", self._declare, self._lost)
        self._lock = threading.Lock()
        self._outbox: deque[Loose] = deque()
        self._bytes = 0
        self._offers: deque[Loose] = deque(maxlen=_KEPT_OFFERS)
        self._declared: dict[str, float] = {}
        self._ready = False
        self._pump_called = False
        self._dropped = 0

    @property
    def ready(self) -> bool:
        """Whether there is a channel with everything declared."""
        return self._ready

    @property
    def hears(self) -> bool:
        """Whether what is said now is likely to go out."""
        return self._ready and not self._link.blocked

    def start(self) -> None:
        """Connects from now on."""
        self._kept.start()

    def say(self, messages: Iterable[Loose]) -> None:
        """Sends them now or never."""
        for message in messages:
            with self._lock:
                full = self._bytes + len(message.body) > _BOUND_BYTES
                if full or not self.hears:
                    self._drop()
                    continue
                self._outbox.append(message)
                self._bytes += len(message.body)
        self._call_pump()

    def offer(self, queue: str, body: bytes) -> None:
        """Sends an offer now, or when the broker is back if there are not too many then."""
        with self._lock:
            self._offers.append(Loose("", queue, body))
        self._call_pump()

    def _call_pump(self) -> None:
        with self._lock:
            called, self._pump_called = self._pump_called, True
        if not called and not self._link.call(self.pump):
            self._pump_called = False

    def _declare(self, channel: amqp.Channel) -> None:
        self._topology.declare_exchanges(channel)
        # The answer to this one says that the exchanges are there, too.
        channel.basic_qos(prefetch_count=1, callback=lambda _: self._opened())

    def _opened(self) -> None:
        self._ready = True
        self._kept.works()
        if self._dropped:
            _log.info("relayed_events_were_dropped", messages=self._dropped)
            self._dropped = 0
        self.pump()

    def _lost(self) -> None:
        self._declared.clear()
        with self._lock:
            self._ready = self._pump_called = False
            self._dropped += len(self._outbox)
            self._outbox.clear()
            self._bytes = 0

    def pump(self) -> None:
        """Sends what is there. For the link's thread: call it when the broker reads again, too."""
        self._pump_called = False
        while (channel := self._kept.channel) is not None and self.hears:
            if amqp.unsent(channel) > _BOUND_BYTES:
                return
            message = self._next()
            if message is None:
                return
            self._send(channel, message)

    def _next(self) -> Loose | None:
        with self._lock:
            if self._offers:
                return self._offers.popleft()
            if self._outbox:
                message = self._outbox.popleft()
                self._bytes -= len(message.body)
                return message
        return None

    def _send(self, channel: amqp.Channel, message: Loose) -> None:
        if not message.exchange:
            self._declare_jobs(channel, message.key)
        channel.basic_publish(
            message.exchange, message.key, message.body, amqp.properties(), mandatory=False
        )

    def _declare_jobs(self, channel: amqp.Channel, queue: str) -> None:
        now = time.monotonic()
        if now - self._declared.get(queue, -_DECLARE_AGAIN_SECONDS) >= _DECLARE_AGAIN_SECONDS:
            self._declared[queue] = now
            self._topology.declare_jobs(channel, queue)

    def _drop(self) -> None:
        self._dropped += 1
        if self._dropped == 1:
            _log.warning("relayed_events_dropped", reason="the broker is away or does not read")
