"""A channel that is opened again whenever it is lost, with its connection or alone.

Brokers close a channel for many reasons: a delivery that was held too long (406), a queue that is
gone (404), a declaration that differs. All of them are answered by beginning anew.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

import structlog

from hyperdock_common.adapters.rabbitmq.amqp import Channel, Connection
from hyperdock_common.adapters.rabbitmq.backoff import Backoff
from hyperdock_common.adapters.rabbitmq.link import Link

_SAY_AGAIN_SECONDS: Final = 60.0
_log = structlog.get_logger(__name__)


class KeptChannel:
    """Everything but `start`, `close` and `settled` is for the link's thread.

    Args:
        link: the connection.
        name: for the logs.
        on_open: called with each new channel: declare and consume here.
        on_lost: called when that channel is gone.
    """

    def __init__(
        self,
        link: Link,
        name: str,
        on_open: Callable[[Channel], None],
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        self._link = link
        self._name = name
        self._on_open = on_open
        self._on_lost = on_lost
        self._connection: Connection | None = None
        self._channel: Channel | None = None
        self._opening = False
        self._closed = False
        self._started = False
        self._backoff = Backoff()
        self._said_at = -_SAY_AGAIN_SECONDS
        self.settled = threading.Event()
        """Set by the owner when the channel is of use, and here when there is none to wait for."""

    @property
    def channel(self) -> Channel | None:
        """The channel, if there is one that is open."""
        channel = self._channel
        return channel if channel is not None and channel.is_open else None

    def start(self) -> None:
        """Opens it from now on. Called again it does nothing."""
        if not self._started:
            self._started = True
            self._link.attach(self)

    def close(self) -> None:
        """Closes it for ever."""
        self._closed = True
        self._link.detach(self)
        self.settled.set()
        self._link.call(self._close_channel)

    def link_up(self, connection: Connection) -> None:
        """See `Tenant.link_up`."""
        self._connection = connection
        if self._channel is None and not self._opening and not self._closed:
            self._opening = True
            connection.channel(on_open_callback=self._opened)

    def link_down(self) -> None:
        """See `Tenant.link_down`."""
        self._connection = None
        self._opening = False
        self._lose()
        self.settled.set()

    def works(self) -> None:
        """Says that the channel does what it is there for."""
        self._backoff.reset()
        self.settled.set()

    def renew(self) -> None:
        """Closes the channel, so that a new one declares everything anew."""
        if self._channel is not None and self._channel.is_open:
            self._channel.close()

    def _opened(self, channel: Channel) -> None:
        self._opening = False
        self._channel = channel
        channel.add_on_close_callback(lambda _, reason: self._gone(channel, reason))
        channel.add_on_cancel_callback(lambda _: self.renew())
        if self._closed:
            channel.close()
        else:
            self._on_open(channel)

    def _gone(self, channel: Channel, reason: Exception) -> None:
        if self._channel is not channel:
            return
        self._lose()
        connection = self._connection
        if self._closed or connection is None or not connection.is_open:
            return
        wait = self._backoff.take()
        if time.monotonic() - self._said_at > _SAY_AGAIN_SECONDS:
            self._said_at = time.monotonic()
            _log.warning("channel_lost", of=self._name, error=str(reason), again_in=round(wait, 1))
        self._link.call_later(wait, self._reopen)

    def _reopen(self) -> None:
        if self._connection is not None and self._connection.is_open:
            self.link_up(self._connection)

    def _lose(self) -> None:
        if self._channel is not None:
            self._channel = None
            self._on_lost()

    def _close_channel(self) -> None:
        if self._channel is not None and self._channel.is_open:
            self._channel.close()
