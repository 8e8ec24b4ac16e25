"""Connections to the engine, where docker-py's own do not do.

docker-py keeps a pool of connections for each URL, so that hardly any is used twice, and leaves
the socket of a refused connection to the garbage collector. Its way over SSH needs a library; the
ssh client that is there anyway does as well.
"""

import socket
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from docker import APIClient
from docker.tls import TLSConfig
from docker.transport.unixconn import UnixHTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

from hyperdock_worker.docker_engine.address import Tls

Dial: TypeAlias = Callable[[float], socket.socket]
"""Gives a new connection, with a timeout in seconds for what is done with it."""

KEPT = 32
SSH = ("ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10")
_SCHEME = "http+docker://"
_NOWHERE = "unix:///ssh"


def connect(url: str | None, timeout: float, tls: Tls | None = None) -> APIClient:
    """A client that speaks the engine's own version of the API.

    Args:
        url: the engine; None for Docker's default socket.
        timeout: seconds for an answer.
        tls: the certificates for an engine on the network; a local socket needs none.
    """
    asking = _client(url, timeout, "1.41", tls)
    try:
        version = asking.version(api_version=False)["ApiVersion"]
    finally:
        asking.close()
    return _client(url, timeout, version, tls)


def _client(url: str | None, timeout: float, version: str, tls: Tls | None) -> APIClient:
    over_ssh = url is not None and url.startswith("ssh://")
    client = APIClient(
        base_url=_NOWHERE if over_ssh else url,
        version=version,
        timeout=int(timeout),
        tls=_tls_config(tls) if tls and url and url.startswith(("tcp://", "https://")) else False,
    )
    client.trust_env = False  # else a REQUESTS_CA_BUNDLE would win over the engine's own ca.pem
    theirs = client.adapters.get(_SCHEME)
    if isinstance(theirs, UnixHTTPAdapter):
        dial = (
            partial(_dialled_ssh, url or "") if over_ssh else partial(_dialled, theirs.socket_path)
        )
        client.mount(_SCHEME, _Adapter(dial, int(timeout)))
    return client


def _tls_config(tls: Tls) -> TLSConfig:
    folder = tls.certificates
    return TLSConfig(
        client_cert=(str(folder / "cert.pem"), str(folder / "key.pem")),
        ca_cert=str(folder / "ca.pem"),
        verify=tls.verify,
    )


def _dialled(path: str, timeout: float) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.settimeout(timeout)
    try:
        made.connect(path)
    except OSError:
        made.close()
        raise
    return made


def _dialled_ssh(url: str, timeout: float) -> socket.socket:
    """A connection to the engine through the ssh client and the remote `docker`, as Docker does.

    The client's own settings and keys count, and it asks nobody anything.
    """
    there = urlsplit(url)
    user = ["-l", there.username] if there.username else []
    port = ["-p", str(there.port)] if there.port else []
    remote = ["docker", "system", "dial-stdio"]
    ours, its = socket.socketpair()
    with its:
        process = subprocess.Popen(  # it ends with the connection
            [*SSH, *user, *port, "--", there.hostname or "", *remote],
            stdin=its.fileno(),
            stdout=its.fileno(),
            start_new_session=True,
        )
    threading.Thread(target=process.wait, name="docker-ssh", daemon=True).start()
    ours.settimeout(timeout)
    return ours


class _Connection(HTTPConnection):
    def __init__(self, dial: Dial, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._dial = dial
        self._seconds = timeout

    def connect(self) -> None:
        self.sock = self._dial(self._seconds)


class _Pool(HTTPConnectionPool):
    def __init__(self, dial: Dial, timeout: int) -> None:
        super().__init__("localhost", timeout=timeout, maxsize=KEPT)
        self._dial = dial
        self._seconds = timeout

    def _new_conn(self) -> Any:
        return _Connection(self._dial, self._seconds)


class _Adapter(UnixHTTPAdapter):
    """One pool for all URLs: they all lead to the same engine."""

    def __init__(self, dial: Dial, timeout: int) -> None:
        super().__init__(_NOWHERE, timeout)
        self._pool = _Pool(dial, timeout)

    def get_connection(self, url: str | bytes, proxies: Any = None) -> Any:  # noqa: ARG002
        return self._pool

    def close(self) -> None:
        self._pool.close()
        super().close()
