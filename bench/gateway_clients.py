"""Clients of an HTTP server that cost next to nothing themselves: connections that are kept.

Each asks as soon as it has its answer, and reads of that no more than where it ends.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """What so many clients saw: the milliseconds of each answer, in order; answers a second."""

    milliseconds: Sequence[float]
    per_second: float

    def percentile(self, percent: float) -> float:
        """So many percent of the answers took no longer."""
        place = min(len(self.milliseconds) - 1, int(len(self.milliseconds) * percent / 100))
        return self.milliseconds[place]

    @property
    def p50(self) -> float:
        """The median, in milliseconds."""
        return self.percentile(50)

    @property
    def p99(self) -> float:
        """What one of a hundred answers takes longer than, in milliseconds."""
        return self.percentile(99)


def ask(url: str, token: str, paths: Sequence[str], clients: int) -> Asked:
    """Gets every path once, by so many clients at the same time.

    Raises:
        SystemExit: an answer is not 200.
    """
    return asyncio.run(_ask(url, token, paths, clients))


async def _ask(url: str, token: str, paths: Sequence[str], clients: int) -> Asked:
    parts = urlsplit(url)
    head = f"Host: {parts.netloc}\r\nAuthorization: Bearer {token}\r\nAccept: */*\r\n\r\n"
    left = iter([f"GET {path} HTTP/1.1\r\n{head}".encode() for path in paths])
    loop = asyncio.get_running_loop()
    host, port = str(parts.hostname), int(parts.port or 80)
    made = [await loop.create_connection(lambda: _Client(left), host, port) for _ in range(clients)]
    found = [client for _, client in made]
    began = time.perf_counter()
    for each in found:
        each.next()
    await asyncio.gather(*[each.done for each in found])
    seconds = time.perf_counter() - began
    for transport, _ in made:
        transport.close()
    taken = sorted(1000 * each for client in found for each in client.seconds)
    return Asked(taken, len(taken) / seconds)


class _Client(asyncio.Protocol):
    """One connection: asks for what is left, one after the other."""

    def __init__(self, left: Iterator[bytes]) -> None:
        self._left = left
        self._head = b""
        self._missing = 0
        self._asked_at = 0.0
        self.seconds: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        if not self.done.done():
            self.done.set_exception(SystemExit(f"the server hung up: {exc}"))

    def next(self) -> None:
        """Asks for the next path, if there is one."""
        request = next(self._left, None)
        if request is None:
            self.done.set_result(None)
            return
        self._asked_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        if not self._missing:
            self._head += data
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = b""
            self._missing = _length(head)
            data = body
        self._missing -= len(data)
        if not self._missing:
            self.seconds.append(time.perf_counter() - self._asked_at)
            self.next()


def _length(head: bytes) -> int:
    first, *lines = head.split(b"\r\n")
    if first.split()[1] != b"200":
        raise SystemExit(f"not an answer to measure: {head.decode()}")
    fields = dict(line.lower().split(b": ", 1) for line in lines)
    return int(fields[b"content-length"])
