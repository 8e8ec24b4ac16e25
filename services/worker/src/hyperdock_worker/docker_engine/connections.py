"""Connections to the engine's socket, where docker-py's own do not do.

docker-py keeps a pool of connections for each URL, so that hardly any is used twice, and leaves
the socket of a refused connection to the garbage collector.
"""

import socket
from typing import Any

from docker import APIClient
from docker.transport.unixconn import UnixHTTPAdapter, UnixHTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

KEPT = 32
_SCHEME = "http+docker://"


def connect(url: str | None, timeout: float) -> APIClient:
    """A client that speaks the engine's own version of the API.

    Args:
        url: the engine; None for Docker's default socket.
        timeout: seconds for an answer.
    """
    asking = _client(url, timeout, "1.41")
    try:
        version = asking.version(api_version=False)["ApiVersion"]
    finally:
        asking.close()
    return _client(url, timeout, version)


def _client(url: str | None, timeout: float, version: str) -> APIClient:
    client = APIClient(base_url=url, version=version, timeout=int(timeout))
    theirs = client.adapters.get(_SCHEME)
    if isinstance(theirs, UnixHTTPAdapter):
        client.mount(_SCHEME, _Adapter(f"http+unix://{theirs.socket_path}", int(timeout)))
    return client


class _Connection(UnixHTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(self.unix_socket)
        except OSError:
            self.sock.close()
            raise


class _Pool(HTTPConnectionPool):
    def __init__(self, socket_path: str, timeout: int) -> None:
        super().__init__("localhost", timeout=timeout, maxsize=KEPT)
        self._socket_path = socket_path
        self._seconds = timeout

    def _new_conn(self) -> Any:
        return _Connection(_SCHEME, self._socket_path, self._seconds)


class _Adapter(UnixHTTPAdapter):
    """One pool for all URLs: they all lead to the same socket."""

    def __init__(self, socket_url: str, timeout: int) -> None:
        super().__init__(socket_url, timeout)
        self._pool = _Pool(self.socket_path, timeout)

    def get_connection(self, url: str | bytes, proxies: Any = None) -> Any:  # noqa: ARG002
        return self._pool

    def close(self) -> None:
        self._pool.close()
        super().close()
