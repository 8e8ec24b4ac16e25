"""What cannot be processed: kept in a queue of its own with the reason, for people to look at."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hyperdock_common.adapters.rabbitmq import amqp
from hyperdock_common.adapters.rabbitmq.confirmed import ConfirmedPublisher
from hyperdock_common.adapters.rabbitmq.kept_channel import KeptChannel
from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.parcel import Message, Parcel, Settled
from hyperdock_common.adapters.rabbitmq.topology import Topology
from hyperdock_common.errors import BusUnavailable
from hyperdock_common.ports.bus import SetAside

_TIMEOUT: Final = 10.0
_LONGEST_REASON: Final = 2000
_MOST: Final = 10_000
_RETURN_CHECKS: Final = 100
_RETURN_SECONDS: Final = 0.02


class Poison:
    """The set-aside queue.

    Args:
        publisher: puts messages in.
        reading: the link over which they are looked at.
        clock: tells when something was set aside.
    """

    def __init__(
        self,
        publisher: ConfirmedPublisher,
        reading: Link,
        topology: Topology,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._publisher = publisher
        self._reading = reading
        self._topology = topology
        self._clock = clock
        self._one_reader = threading.Lock()

    def submit(self, body: bytes, reason: str, settled: Settled) -> None:
        """Puts a message in; `settled` hears whether it is there."""
        self._publisher.submit(self._parcel(body, reason, settled))

    def put(self, body: bytes, reason: str) -> None:
        """Puts a message in; raises BusUnavailable where that is not certain."""
        self._publisher.send(self._parcel(body, reason, lambda _: None), _TIMEOUT)

    def list(self) -> Sequence[SetAside]:
        """Everything that is there, oldest first, and leaves it there.

        While one process looks, another one sees nothing.

        Raises:
            BusUnavailable: the broker is away.
        """
        with self._one_reader:
            look = _Look(self._reading, self._topology)
            return look.result(_TIMEOUT)

    def _parcel(self, body: bytes, reason: str, settled: Settled) -> Parcel:
        headers = {
            "reason": reason[:_LONGEST_REASON],
            "at": repr(self._clock()),
        }  # pika sends no floats
        properties = amqp.properties(delivery_mode=2, headers=headers)
        return Parcel([Message(self._topology.set_aside, body, properties)], settled)


class _Look:
    """One look at the queue: what is delivered is not acked, and goes back with the channel."""

    def __init__(self, link: Link, topology: Topology) -> None:
        self._link = link
        self._topology = topology
        self._found: list[SetAside] = []
        self._expected: int | None = None
        self._kept = KeptChannel(link, "look at what was set aside", self._count)

    def result(self, timeout: float) -> Sequence[SetAside]:
        self._kept.start()
        try:
            self._kept.settled.wait(timeout)
            if self._expected is None or len(self._found) < self._expected:
                raise BusUnavailable("the broker does not answer")
        finally:
            self._kept.close()
        return sorted(self._found, key=lambda each: each.at)

    def _count(self, channel: amqp.Channel) -> None:
        self._found.clear()
        self._topology.declare_inbox(channel)
        channel.queue_declare(
            self._topology.set_aside,
            passive=True,
            callback=lambda answer: self._read(channel, answer.method.message_count),
        )

    def _read(self, channel: amqp.Channel, count: int) -> None:
        self._expected = min(count, _MOST)
        if not self._expected:
            self._kept.works()
            return
        channel.basic_qos(prefetch_count=self._expected, callback=lambda _: None)
        channel.basic_consume(self._topology.set_aside, self._delivered)

    def _delivered(self, channel: amqp.Channel, method: Any, properties: Any, body: bytes) -> None:
        headers = properties.headers or {}
        self._found.append(
            SetAside(reason=str(headers.get("reason", "")), body=body, at=_at(headers))
        )
        if len(self._found) == self._expected:
            channel.basic_cancel(method.consumer_tag, callback=lambda _: None)
            channel.basic_nack(method.delivery_tag, multiple=True, requeue=True)
            self._await_return(channel, _RETURN_CHECKS)

    def _await_return(self, channel: amqp.Channel, checks: int) -> None:
        """Whoever looks again must see them again, so they are back when this look ends."""

        def counted(answer: Any) -> None:
            if answer.method.message_count >= len(self._found) or not checks:
                self._kept.works()
            else:
                again = lambda: self._await_return(channel, checks - 1)  # noqa: E731
                self._link.call_later(_RETURN_SECONDS, again)

        channel.queue_declare(self._topology.set_aside, passive=True, callback=counted)


def _at(headers: Mapping[str, Any]) -> float:
    try:
        return float(headers.get("at", 0.0))
    except (TypeError, ValueError):  # put there by other hands
        return 0.0
