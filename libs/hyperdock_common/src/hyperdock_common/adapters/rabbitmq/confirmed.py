"""Publishing with confirms: a message is handed over when the broker says that it has it.

Messages go out in windows and their confirms come back later, so that the way to the broker and
back is not paid for each. What was given up before it was sent is never sent.
"""

import threading
import time
from collections import deque
from typing import Any, Final

from hyperdock_common.adapters.rabbitmq import amqp
from hyperdock_common.adapters.rabbitmq.kept_channel import KeptChannel
from hyperdock_common.adapters.rabbitmq.link import Link
from hyperdock_common.adapters.rabbitmq.parcel import Parcel, Unconfirmed
from hyperdock_common.adapters.rabbitmq.topology import Topology
from hyperdock_common.errors import BusUnavailable

_WINDOW: Final = 1000
_WINDOW_BYTES: Final = 16 * 1024 * 1024


class ConfirmedPublisher:
    """Sends parcels in their order, each message to its queue. Thread safe."""

    def __init__(self, link: Link, topology: Topology) -> None:
        self._link = link
        self._topology = topology
        self._kept = KeptChannel(link, "publisher", self._declare, self._lost)
        self._lock = threading.Lock()
        self._waiting: deque[Parcel] = deque()
        self._unconfirmed = Unconfirmed()
        self._ready = False
        self._pump_called = False
        self._closed = False
        self.confirmed_at = -float("inf")
        """When the broker confirmed something last, by the monotonic clock."""

    @property
    def ready(self) -> bool:
        """Whether there is a channel with everything declared."""
        return self._ready

    def start(self) -> None:
        """Connects from now on."""
        self._kept.start()

    def send(self, parcel: Parcel, timeout: float) -> None:
        """Sends it and waits for its confirms.

        Raises:
            BusUnavailable: not confirmed in time, or refused, or the connection was lost.
        """
        self.submit(parcel)
        if not parcel.wait(timeout):
            parcel.settle(f"not confirmed in {timeout:g} s")
            with self._lock:
                if parcel in self._waiting:
                    self._waiting.remove(parcel)
        if parcel.error is not None:
            raise BusUnavailable(parcel.error)

    def submit(self, parcel: Parcel) -> None:
        """Sends it when it can be; what comes of it the parcel's owner hears."""
        with self._lock:
            if not self._closed:
                self._waiting.append(parcel)
            closed, called, self._pump_called = self._closed, self._pump_called, True
        if closed:
            parcel.settle("the bus is closed")
        elif not called and not self._link.call(self.pump):
            self._pump_called = False

    def close(self) -> None:
        """Gives up what waits. The link is closed by its owner."""
        with self._lock:
            self._closed = True
            waiting = list(self._waiting)
            self._waiting.clear()
        for parcel in waiting:
            parcel.settle("the bus is closed")

    def _declare(self, channel: amqp.Channel) -> None:
        self._topology.declare_inbox(channel)
        self._topology.declare_probe(channel)
        channel.add_on_return_callback(lambda *_: self._returned())
        channel.confirm_delivery(self._answered, callback=lambda _: self._opened())

    def _opened(self) -> None:
        self._ready = True
        self._kept.works()
        self.pump()

    def _lost(self) -> None:
        self._ready = False
        self._pump_called = False
        self._unconfirmed.lost("the connection to the broker was lost before the confirm")

    def _returned(self) -> None:
        """A queue is gone: the confirm that follows is none, so nothing that is out counts."""
        self._give_up("a queue was gone; it is declared again")

    def _give_up(self, error: str) -> None:
        self._ready = False
        self._unconfirmed.lost(error)
        self._kept.renew()

    def pump(self) -> None:
        """Sends what may be sent now. For the link's thread: when the broker reads again, too."""
        self._pump_called = False
        channel = self._kept.channel
        while channel is not None and self._may_send():
            with self._lock:
                parcel = self._waiting[0] if self._waiting else None
            if parcel is None:
                return
            if parcel.settled or parcel.sent == len(parcel.messages):
                self._shift(parcel)
                continue
            self._send_next(channel, parcel)

    def _may_send(self) -> bool:
        room = len(self._unconfirmed) < _WINDOW and self._unconfirmed.bytes < _WINDOW_BYTES
        return self._ready and room and not self._link.blocked

    def _send_next(self, channel: amqp.Channel, parcel: Parcel) -> None:
        message = parcel.messages[parcel.sent]
        parcel.sent += 1
        self._unconfirmed.add(parcel, len(message.body))
        try:
            channel.basic_publish(
                "", message.queue, message.body, message.properties, mandatory=True
            )
        except Exception:  # what is counted here and what the broker counts may differ now
            self._give_up("a message could not be sent")
            raise

    def _shift(self, parcel: Parcel) -> None:
        with self._lock:
            if self._waiting and self._waiting[0] is parcel:
                self._waiting.popleft()

    def _answered(self, confirm: Any) -> None:
        answer = confirm.method
        if amqp.is_ack(confirm):
            self.confirmed_at = time.monotonic()
            self._unconfirmed.confirmed(answer.delivery_tag, multiple=answer.multiple)
        else:
            error = "the broker refused it"
            self._unconfirmed.refused(answer.delivery_tag, multiple=answer.multiple, error=error)
        self.pump()
