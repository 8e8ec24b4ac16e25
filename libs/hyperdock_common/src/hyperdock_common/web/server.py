"""A server for what browsers reach: uvicorn on a thread, started and stopped when told."""

import asyncio
import errno
import socket
import threading
from typing import Final

import structlog
import uvicorn
from starlette.applications import Starlette

from hyperdock_common.errors import CannotListen, PortInUse
from hyperdock_common.web.connections import Connection
from hyperdock_common.web.websockets import WebSockets

_GRACE: Final = 1
_LONGEST_STOP: Final = 1.8
_BACKLOG: Final = 256
_LARGEST_MESSAGE: Final = 64 * 1024  # clients say nothing over WebSockets
_DEAD_AFTER_MS: Final = 120_000
_PING_EVERY: Final = 20.0
_PONG_WITHIN: Final = 60.0  # of a slow reader it comes behind all that it has not read yet
_TICK: Final = 0.05
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104

log = structlog.get_logger(__name__)


class WebServer:
    """Serves an app at an address, on a thread that is called `name`."""

    def __init__(self, app: Starlette, host: str, port: int, *, name: str = "web") -> None:
        self._name = name
        self._host = host
        self._port = port
        self._server = _Server(_config(app))
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where to find it, with the real port; known once it was started."""
        host = _EVERYWHERE.get(self._host, self._host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    def start(self) -> None:
        """Returns when it listens.

        Raises:
            PortInUse: another program listens there.
            CannotListen: the address cannot be used for another reason.
        """
        listener = bind(self._host, self._port)
        self._port = listener.getsockname()[1]
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name=self._name, daemon=True
        )
        self._thread.start()
        while not self._server.listening.wait(_TICK):
            if not self._thread.is_alive():
                listener.close()
                raise CannotListen(self._host, self._port, f"{self._name} ended while it started")

    def join(self) -> None:
        """Returns when it has ended, for whatever reason."""
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """Ends it within two seconds, whoever is connected. Repeating it does no harm."""
        if self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(_LONGEST_STOP)
        if self._thread.is_alive():
            log.warning("server_did_not_stop", name=self._name, url=self.url)
            self._server.force_exit = True


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens, so that a port in use is seen at once.

    Raises:
        PortInUse: another program listens there.
        CannotListen: the address cannot be used for another reason.
    """
    if not 0 <= port < 2**16:  # the system would take it modulo 65536
        raise CannotListen(host, port, f"cannot listen on {host}:{port}: no such port")
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, address = min(found, key=lambda each: each[0])
    except (OSError, UnicodeError) as error:
        raise CannotListen(host, port, f"cannot listen on {host}:{port}: {error}") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # lets go of clients that never read again
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAD_AFTER_MS)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host, port) from error
        reason = f"cannot listen on {host}:{port}: {error.strerror}"
        raise CannotListen(host, port, reason) from error
    return listener


class _Server(uvicorn.Server):
    """Tells when it listens, and leaves no connection behind.

    Signals are left alone: uvicorn takes them in main threads only.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()  # its client does not read what is left for it
        await asyncio.sleep(0)


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        access_log=False,
        backlog=_BACKLOG,
        http=Connection,  # with h11, which bounds what headers may take; the faster one does not
        lifespan="on",
        log_config=None,
        log_level="warning",
        loop="asyncio",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        ws=WebSockets,
        ws_max_size=_LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        ws_ping_interval=_PING_EVERY,
        ws_ping_timeout=_PONG_WITHIN,
    )
