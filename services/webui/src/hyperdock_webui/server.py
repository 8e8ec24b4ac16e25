"""The web UI's server: uvicorn in a thread of its own, that starts and stops when told."""

import asyncio
import socket
import threading
from typing import Final

import uvicorn
from starlette.applications import Starlette

from hyperdock_common.errors import HyperdockError

_BACKLOG: Final = 256
_GRACE: Final = 1
_LARGEST_MESSAGE: Final = 64 * 1024
_TICK: Final = 0.05


class CannotListen(HyperdockError):
    """Raised when the server cannot listen on the address that it was given."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        self.host = host
        self.port = port
        super().__init__(
            f"cannot listen on {host}:{port}: {reason}; choose another --host or --port"
        )


class WebServer:
    """Serves an app at an address, which is in use from the beginning.

    Raises:
        CannotListen: the address cannot be used.
    """

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self._socket = _listener(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._server = _Server(
            uvicorn.Config(
                app,
                access_log=False,
                backlog=_BACKLOG,
                lifespan="on",
                log_config=None,
                loop="asyncio",
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE,
                ws="websockets-sansio",
                ws_max_size=_LARGEST_MESSAGE,
                ws_per_message_deflate=False,
            )
        )

    def run(self) -> None:
        """Serves until `stop`; for a thread of its own."""
        self._server.run([self._socket])

    def wait(self, ended: threading.Event) -> None:
        """Returns when it answers, or when there is no more reason to wait."""
        while not self._server.listening.wait(_TICK) and not ended.is_set():
            pass

    def stop(self) -> None:
        """Asks it to end; connections may finish for a moment."""
        self._server.should_exit = True

    def close(self) -> None:
        """Gives the address up, where it was never served."""
        self._socket.close()


class _Server(uvicorn.Server):
    """Tells when it listens, and leaves no connection behind."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()  # its browser does not read what is left for it
        await asyncio.sleep(0)


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise CannotListen(host, port, error.strerror or str(error)) from error
