"""The server: where it listens, what a port in use says, how it ends."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.unit.hyperdock_gateway.world import DEADLINE, DOCUMENT, Site, World

from hyperdock_common.errors import CannotListen, PortInUse
from hyperdock_common.ports import Subscription
from hyperdock_common.web import server
from hyperdock_common.web.server import WebServer, bind
from hyperdock_gateway.app import make_app


def test_any_free_port_is_found_and_told(site: Site) -> None:
    """With port 0 the URL names the port that was found, and it answers there."""
    assert not site.server.url.endswith(":0")
    assert httpx.get(f"{site.server.url}/api/v1/health").status_code == 200


def test_a_port_in_use_is_told_with_a_remedy(site: Site, world: World) -> None:
    """A second server on the port fails at once with an error that names the way out."""
    port = int(site.server.url.rpartition(":")[2])
    second = WebServer(make_app(world.services), "127.0.0.1", port)
    with pytest.raises(PortInUse, match=f"port {port} on 127.0.0.1 is in use.*--port") as error:
        second.start()
    assert error.value.port == port
    second.stop()


def test_a_port_of_a_stopped_server_can_be_used_again(world: World) -> None:
    """A server that was stopped leaves its port to the next, connections or not."""
    first = Site(world.services)
    with first.connect():
        httpx.get(f"{first.server.url}/api/v1/health")
        first.server.stop()
    port = int(first.server.url.rpartition(":")[2])
    second = WebServer(make_app(world.services), "127.0.0.1", port)
    second.start()
    second.stop()


@pytest.mark.parametrize(
    ("host", "port"), [("no such host", 0), ("203.0.113.1", 0), ("127.0.0.1", 70_000)]
)
def test_impossible_addresses_are_told(host: str, port: int) -> None:
    """An address that cannot be listened on is an error of ours that names it."""
    with pytest.raises(CannotListen, match="cannot listen on"):
        bind(host, port)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:"),  # noqa: S104
        ("localhost", "http://localhost:"),
        ("::1", "http://[::1]:"),
    ],
)
def test_the_url_can_be_opened(world: World, host: str, url: str) -> None:
    """The URL names a place that a browser on this machine can open."""
    server = WebServer(make_app(world.services), host, 0)
    server.start()
    assert server.url.startswith(url)
    assert httpx.get(f"{server.url}/api/v1/health").status_code == 200
    server.stop()


def test_stop_ends_open_connections_soon(site: Site) -> None:
    """Open WebSockets and idle connections do not hold the server; its thread is gone."""
    host, port = site.server.url.removeprefix("http://").split(":")
    with ExitStack() as stack:
        sockets = [stack.enter_context(site.connect()) for _ in range(5)]
        stack.enter_context(socket.create_connection((host, int(port))))
        begin = time.monotonic()
        site.server.stop()
        assert time.monotonic() - begin < 2.0
    assert {thread.name for thread in threading.enumerate()}.isdisjoint({"gateway", "live-feed"})
    assert [each.close_code for each in sockets] == [1012] * 5


def test_stop_can_be_repeated_and_come_before_start(world: World) -> None:
    """Stopping what does not run does no harm."""
    server = WebServer(make_app(world.services), "127.0.0.1", 0)
    server.stop()
    server.start()
    server.stop()
    server.stop()


@pytest.mark.parametrize(
    "path", ["/../../../etc/passwd", "/api/v1/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//"]
)
def test_paths_as_they_come_over_the_wire_lead_nowhere(site: Site, path: str) -> None:
    """Paths that no well-behaved client sends are 404 too."""
    host, port = site.server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"server:" not in answer.lower()


def test_stop_does_not_wait_for_a_request_that_hangs(world: World) -> None:
    """A request that waits for a supervisor that does not answer cannot hold the server."""
    asked, released = threading.Event(), threading.Event()

    class HangingBus:
        def publish(self, _batch: object, _timeout: float) -> None:
            asked.set()
            released.wait(DEADLINE)

        def subscribe(self) -> Subscription:
            return world.bus.subscribe()

    bus: Any = HangingBus()
    site = Site(replace(world.services, bus=bus))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(httpx.post, f"{site.server.url}/api/v1/trials", json=DOCUMENT)
        assert asked.wait(DEADLINE)
        begin = time.monotonic()
        site.server.stop()
        assert time.monotonic() - begin < 2.0
        released.set()
        assert answer.exception() or answer.result().status_code == 500


def test_clients_that_are_gone_without_a_word_are_let_go(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who does not answer to pings is not served any more; who answers is."""
    monkeypatch.setattr(server, "_PING_EVERY", 0.05)
    monkeypatch.setattr(server, "_PONG_WITHIN", 0.2)
    site = Site(world.services)
    host, port = site.server.url.removeprefix("http://").split(":")
    shake = (
        f"GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with site.connect() as alive, socket.create_connection((host, int(port))) as gone:
        gone.settimeout(DEADLINE)
        gone.sendall(shake.encode())
        said = b"".join(iter(lambda: gone.recv(4096), b""))
        world.add_trial()
        assert site.positions(alive, 1) == [1]
    site.server.stop()
    assert said.startswith(b"HTTP/1.1 101")
    assert b"\x89\x04" in said
