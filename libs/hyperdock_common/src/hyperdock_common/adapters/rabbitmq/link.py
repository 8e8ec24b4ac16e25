"""One connection to the broker that comes back for ever, and the thread that owns it.

Everything of pika happens on that thread. Others hand it functions by `Link.call`.
"""

import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from hyperdock_common.adapters.rabbitmq import amqp
from hyperdock_common.adapters.rabbitmq.backoff import Backoff

_LEAVING_SECONDS: Final = 1.0
_STEADY_SECONDS: Final = 5.0
_SAY_AGAIN_SECONDS: Final = 60.0
_log = structlog.get_logger(__name__)


class Tenant(Protocol):
    """What lives on a link. Both are called on the link's thread."""

    def link_up(self, connection: amqp.Connection) -> None:
        """The connection is there (also said again while it is)."""

    def link_down(self) -> None:
        """It is lost, or a try to get it failed."""


class Link:
    """Connects when it is started, and again whenever the connection is lost, until `close`."""

    def __init__(self, parameters: amqp.Parameters, name: str) -> None:
        self._parameters = parameters
        self._log = _log.bind(link=name)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._loop: amqp.Loop | None = None
        self._connection: amqp.Connection | None = None
        self._tenants: list[Tenant] = []
        self._backoff = Backoff()
        self._said_at = -_SAY_AGAIN_SECONDS
        self.on_unblocked: Callable[[], None] = lambda: None
        self.connected = False
        self.blocked = False
        self.away = False
        """Whether the last try to connect failed, or the connection was lost or left."""

    @property
    def started(self) -> bool:
        """Whether anything lives on it."""
        return self._thread.ident is not None

    def attach(self, tenant: Tenant) -> None:
        """Gives the link to a tenant, and starts it for the first one."""
        with self._lock:
            self._tenants.append(tenant)
            if not self._thread.is_alive() and not self._stop.is_set():
                self._thread.start()
        self.call(lambda: self._welcome(tenant))

    def detach(self, tenant: Tenant) -> None:
        """Forgets a tenant."""
        with self._lock:
            if tenant in self._tenants:
                self._tenants.remove(tenant)

    def call(self, function: Callable[[], None]) -> bool:
        """Has it called on the link's thread, in order; False (and never) if there is no loop now.

        A connection that ends takes with it what was not called yet.
        """
        with self._lock:
            if self._loop is None:
                return False
            self._loop.add_callback_threadsafe(lambda: self._guarded(function))
            return True

    def call_later(self, seconds: float, function: Callable[[], None]) -> Callable[[], None]:
        """The same later, from the link's thread only; returns how to call it off."""
        loop = self._loop
        if loop is None:
            return lambda: None
        timeout = loop.call_later(seconds, lambda: self._guarded(function))
        return lambda: loop.remove_timeout(timeout)

    def leave(self) -> None:
        """Begins to leave the broker: in good order if it answers, else without."""
        self._stop.set()
        self.away = True
        self.call(self._leave)

    def join(self) -> None:
        """Returns when it has left, or soon in any case."""
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(3 * _LEAVING_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            error = self._hold_one_connection()
            if self._stop.is_set():
                return
            if time.monotonic() - began > _STEADY_SECONDS:
                self._backoff.reset()
            wait = self._backoff.take()
            self._say_lost(error, wait)
            self._stop.wait(wait)

    def _hold_one_connection(self) -> str:
        """From the first try to the end; returns why it ended."""
        loop: amqp.Loop | None = None
        ends: list[str] = []
        try:
            loop = amqp.new_loop()
            self._connection = amqp.dial(
                self._parameters,
                loop,
                on_open=self._opened,
                on_end=lambda error: self._ended(error, ends),
                on_blocked=self._blocked,
                on_unblocked=self._unblocked,
            )
            with self._lock:
                self._loop = loop
            if self._stop.is_set():  # close() may have come before there was a loop to call
                self.call(self._leave)
            self._turn(loop)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next connection is tried
            ends.append(_told(error))
            if not self._stop.is_set():  # pika trips over a connection that is left while it opens
                self._log.exception("broker_link_failed")
        finally:
            self._forget_connection(loop)
        return ends[0] if ends else "closed"

    def _turn(self, loop: amqp.Loop) -> None:
        try:
            loop.start()
        except Exception:
            if self._connection is not None and not self._connection.is_closed:
                amqp.abandon(self._connection)
                loop.call_later(_LEAVING_SECONDS, loop.stop)
                loop.start()
            raise

    def _forget_connection(self, loop: amqp.Loop | None) -> None:
        with self._lock:
            self._loop = None
            tenants = list(self._tenants)
        self._connection = None
        self.connected = self.blocked = False
        self.away = True
        if loop is not None:
            self._guarded(loop.close)
        for tenant in tenants:
            self._guarded(tenant.link_down)

    def _opened(self, connection: amqp.Connection) -> None:
        self.connected, self.away = True, False
        self._said_at = -_SAY_AGAIN_SECONDS
        self._log.info("broker_connected", address=self._parameters.address)
        with self._lock:
            tenants = list(self._tenants)
        for tenant in tenants:
            self._guarded(lambda tenant=tenant: tenant.link_up(connection))  # type: ignore[misc]

    def _ended(self, error: Exception, ends: list[str]) -> None:
        ends.append(_told(error))
        if self._loop is not None:
            self._loop.stop()

    def _welcome(self, tenant: Tenant) -> None:
        if self._connection is not None and self._connection.is_open:
            tenant.link_up(self._connection)

    def _blocked(self) -> None:
        self.blocked = True
        self._log.warning("broker_blocks_publishers")

    def _unblocked(self) -> None:
        self.blocked = False
        self._log.info("broker_unblocks_publishers")
        self._guarded(self.on_unblocked)

    def _leave(self) -> None:
        connection, loop = self._connection, self._loop
        if connection is None or loop is None:
            return
        loop.call_later(_LEAVING_SECONDS, self._drop)
        loop.call_later(2 * _LEAVING_SECONDS, loop.stop)
        if not connection.is_closed:
            connection.close()

    def _drop(self) -> None:
        if self._connection is not None and not self._connection.is_closed:
            amqp.abandon(self._connection)

    def _guarded(self, function: Callable[[], None]) -> None:
        try:
            function()
        except amqp.Closed as error:  # it has been closed meanwhile
            self._log.debug("broker_call_failed", error=_told(error))
        except Exception:  # noqa: BLE001 - a fault of one tenant is not to be one of all
            self._log.exception("broker_call_failed")

    def _say_lost(self, error: str, wait: float) -> None:
        if time.monotonic() - self._said_at < _SAY_AGAIN_SECONDS:
            return
        self._said_at = time.monotonic()
        self._log.warning("broker_lost", error=error, again_in=round(wait, 1))


def _told(error: BaseException) -> str:
    return str(error) or repr(error)
