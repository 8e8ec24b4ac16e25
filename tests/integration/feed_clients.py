"""Many clients of one live feed, in a process of their own; prints what they heard as JSON.

Each knows what a client must know, the last position that it has heard, and comes back with it
whenever it is cut off. Ends when all have come to the position that is told on standard input.
"""

import asyncio
import itertools
import json
import socket
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

READ_AT_ONCE = 300
RECEIVED_AT_ONCE = 16 * 1024
PAUSE = 0.05
RETRY = 0.1


class Frame(msgspec.Struct):
    """What a client needs of a message."""

    kind: str
    position: int
    recorded_at: float = 0.0


@dataclass
class Heard:
    """What all clients have heard together."""

    events: int = 0
    gaps: int = 0
    doubles: int = 0
    wrong_alive: int = 0
    connections: int = 0
    closed: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)


class Client:
    """One client: it sleeps now and then, or pauses before each message."""

    def __init__(self, url: str, heard: Heard, *, sleep: float = 0.0, pause: float = 0.0) -> None:
        self._url = url
        self._heard = heard
        self._sleep = sleep
        self._pause = pause
        self.position = 0

    async def run(self, end: asyncio.Future[int]) -> None:
        """Listens until it has heard everything up to the end."""
        while not (end.done() and self.position >= end.result()):
            try:
                await self._listen(end)
            except ConnectionClosed as closed:
                self._heard.closed[str(closed.rcvd.code if closed.rcvd else "broken")] += 1
            except (OSError, InvalidHandshake, TimeoutError) as refused:
                self._heard.closed[type(refused).__name__] += 1
            await asyncio.sleep(RETRY)

    async def _listen(self, end: asyncio.Future[int]) -> None:
        async with connect(
            f"{self._url}?after={self.position}",
            sock=await self._connected() if self._is_slow else None,
            proxy=None,
            ping_interval=None,
            compression=None,
            close_timeout=1,
        ) as feed:
            self._heard.connections += 1
            since = time.time()
            for count in itertools.count():
                if end.done() and self.position >= end.result():
                    return
                if self._sleep and count % READ_AT_ONCE == 0:
                    await asyncio.wait([end], timeout=self._sleep)
                if self._pause:
                    await asyncio.wait([end], timeout=self._pause)
                self._take(DECODER.decode(await feed.recv()), since)

    @property
    def _is_slow(self) -> bool:
        return bool(self._sleep or self._pause)

    async def _connected(self) -> socket.socket:
        """A connection that takes little in advance, as over a thin line."""
        host, port = self._url.split("/")[2].split(":")
        thin = socket.socket()
        thin.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED_AT_ONCE)
        thin.setblocking(False)  # noqa: FBT003
        await asyncio.get_running_loop().sock_connect(thin, (host, int(port)))
        return thin

    def _take(self, frame: Frame, since: float) -> None:
        heard = self._heard
        if frame.kind == "alive":
            heard.wrong_alive += frame.position != self.position
            return
        heard.events += 1
        heard.gaps += frame.position > self.position + 1
        heard.doubles += frame.position <= self.position
        self.position = max(self.position, frame.position)
        if not self._is_slow and frame.recorded_at > since:
            heard.latencies.append(time.time() - frame.recorded_at)


async def main(url: str, fast: int, sleepers: int, plodders: int, *, sleep: float) -> None:
    """Runs them all."""
    heard = Heard()
    clients = [
        *(Client(url, heard) for _ in range(fast)),
        *(Client(url, heard, sleep=sleep) for _ in range(sleepers)),
        *(Client(url, heard, pause=PAUSE) for _ in range(plodders)),
    ]
    loop = asyncio.get_running_loop()
    end: asyncio.Future[int] = loop.create_future()
    loop.add_reader(sys.stdin, lambda: _told(end))
    await asyncio.gather(*(client.run(end) for client in clients))
    json.dump(summary(clients, heard), sys.stdout)


def summary(clients: Sequence[Client], heard: Heard) -> dict[str, Any]:
    """What is printed."""
    ranks = statistics.quantiles(heard.latencies, n=100)
    return {
        "clients": len(clients),
        "positions": sorted({client.position for client in clients}),
        "events": heard.events,
        "gaps": heard.gaps,
        "doubles": heard.doubles,
        "wrong_alive": heard.wrong_alive,
        "connections": heard.connections,
        "closed": heard.closed,
        "measured": len(heard.latencies),
        "p50_ms": round(1000 * ranks[49], 1),
        "p99_ms": round(1000 * ranks[98], 1),
        "max_ms": round(1000 * max(heard.latencies), 1),
    }


def _told(end: asyncio.Future[int]) -> None:
    asyncio.get_running_loop().remove_reader(sys.stdin)
    end.set_result(int(sys.stdin.readline()))


DECODER = msgspec.json.Decoder(Frame)

if __name__ == "__main__":
    address, *counts, seconds = sys.argv[1:]
    asyncio.run(main(address, *map(int, counts), sleep=float(seconds)))
