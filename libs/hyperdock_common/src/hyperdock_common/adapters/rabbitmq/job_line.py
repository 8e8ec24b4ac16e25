"""One process's consumer of one pool's line: it is on only while somebody here waits for offers.

A message that waits here unread is an offer that no other worker can take. So one is delivered at a
time, and the last one that is wanted is acked only after the consumer is called off.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec
import structlog

from hyperdock_common.adapters.rabbitmq.amqp import Channel
from hyperdock_common.adapters.rabbitmq.kept_channel import KeptChannel
from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.taker import Place, Takers
from hyperdock_common.adapters.rabbitmq.topology import Topology
from hyperdock_common.offer import JobOffer

_LINGER_SECONDS: Final = 1.0
_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)
_decoder = msgspec.json.Decoder(JobOffer)
_log = structlog.get_logger(__name__)


class JobLine:
    """Everything but `start` is for the link's thread.

    Args:
        link: the consuming connection.
        place: the pool and the line.
        takers: those of this process that wait.
        on_given: called after an offer of this line was handed out.
    """

    def __init__(
        self,
        link: Link,
        topology: Topology,
        place: Place,
        takers: Takers,
        on_given: Callable[[], None],
    ) -> None:
        self._link = link
        self._topology = topology
        self._place = place
        self._queue = topology.jobs(*place)
        self._takers = takers
        self._on_given = on_given
        self._kept = KeptChannel(link, self._queue, self._prepare, self._lost)
        self._consumer: str | None = None
        self._held: tuple[int, JobOffer] | None = None
        self._call_off_linger: Callable[[], None] | None = None

    def start(self) -> None:
        """Opens its channel from now on."""
        self._kept.start()

    def arm(self) -> None:
        """Somebody waits: what is held goes to it, else the consumer is on from now on."""
        self._end_linger()
        channel = self._kept.channel
        if self._held is not None and channel is not None:
            tag, offer = self._held
            self._held = None
            self._hand_out(channel, tag, offer)
        elif self._consumer is None and channel is not None:
            self._consumer = channel.basic_consume(
                self._queue, self._delivered, callback=lambda _: self._kept.works()
            )

    def rest(self) -> None:
        """A taker got its offer elsewhere: if nobody else waits, the consumer is called off."""
        if not self._takers.wanted(self._place) and self._call_off_linger is None:
            self._call_off()

    def linger(self) -> None:
        """A taker gave up, and asks again most likely: the consumer stays on for a moment."""
        idle = self._consumer is None or self._takers.wanted(self._place)
        if not idle and self._call_off_linger is None:
            self._call_off_linger = self._link.call_later(_LINGER_SECONDS, self._lingered)

    def _prepare(self, channel: Channel) -> None:
        self._topology.declare_jobs(channel, self._queue)
        channel.basic_qos(prefetch_count=1, callback=lambda _: self._kept.works())
        if self._takers.wanted(self._place):
            self.arm()

    def _delivered(self, channel: Channel, method: Any, _properties: Any, body: bytes) -> None:
        try:
            offer = _decoder.decode(body)
        except _UNREADABLE as error:  # a hint of another release: nothing is lost
            _log.warning("offer_dropped", queue=self._queue, error=str(error))
            channel.basic_ack(method.delivery_tag)
            return
        self._hand_out(channel, method.delivery_tag, offer)

    def _hand_out(self, channel: Channel, tag: int, offer: JobOffer) -> None:
        taker = self._takers.give(self._place, offer)
        if taker is None:
            self._held = (tag, offer)
            if self._call_off_linger is None:
                self._call_off()
            return
        if not self._takers.wanted(self._place):
            self._call_off()
        channel.basic_ack(tag)
        taker.wake()
        self._on_given()

    def _lingered(self) -> None:
        self._call_off_linger = None
        if not self._takers.wanted(self._place):
            self._call_off()

    def _call_off(self) -> None:
        """Ends the consumer; what it held goes back to the queue."""
        channel = self._kept.channel
        if channel is None:
            return
        if self._consumer is not None:
            channel.basic_cancel(self._consumer, callback=lambda _: None)
            self._consumer = None
        if self._held is not None:
            tag, _ = self._held
            self._held = None
            channel.basic_nack(tag, requeue=True)

    def _end_linger(self) -> None:
        if self._call_off_linger is not None:
            self._call_off_linger()
            self._call_off_linger = None

    def _lost(self) -> None:
        self._consumer = self._held = self._call_off_linger = None
