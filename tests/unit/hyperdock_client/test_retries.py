"""What is tried again, and what never is, against servers that fail."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.responses import Response
from tests.unit.hyperdock_client.stand_in import StandIn

from hyperdock_client import ApiError, Client, TooSlow, Unreachable
from hyperdock_client.requests import get, nothing

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\nConnection: close\r\n\r\n" + b'{"trial_id": "a"}'
)
Handler = Callable[[socketserver.StreamRequestHandler, int], None]


class Server(socketserver.ThreadingTCPServer):
    """Reads a request each time, counts it, and does with the connection what the test wants."""

    daemon_threads = True

    def __init__(self, handle: Handler) -> None:
        self.requests = 0
        server = self

        class Connection(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while self.rfile.readline().strip():
                    pass
                server.requests += 1
                handle(self, server.requests)

        super().__init__(("127.0.0.1", 0), Connection)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving(handle: Handler) -> Iterator[Server]:
    """Such a server."""
    with Server(handle) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def failing(times: int) -> Handler:
    """Hangs up on the first requests."""

    def handle(connection: socketserver.StreamRequestHandler, number: int) -> None:
        if number > times:
            connection.wfile.write(ANSWER)

    return handle


def client(url: str) -> Client:
    """A client whose pauses take no time."""
    return Client(url, pause=lambda _: None)


def test_reads_are_tried_again_when_the_connection_fails() -> None:
    """A gateway that restarts does not break a read."""
    with serving(failing(3)) as server, client(server.url) as mine:
        assert mine.trial("a").id == "a"
        assert server.requests == 4


def test_a_read_gives_up_at_last() -> None:
    """Where nobody answers, the error names the URL and the reason."""
    with serving(failing(99)) as server:
        url = server.url
        with client(url) as mine, pytest.raises(Unreachable, match=f"answers at {url} "):
            mine.trial("a")
        assert server.requests == 4
    with client(url) as mine, pytest.raises(Unreachable, match="refused"):
        mine.trial("a")


@pytest.mark.parametrize(
    ("write", "times"),
    [
        (lambda mine: mine.submit(name="a"), 4),
        (lambda mine: mine.trial("a").enqueue({"x": 1}), 4),
        (lambda mine: mine.trial("a").clone(), 4),
        (lambda mine: mine.trial("a").fork(), 4),
        (lambda mine: mine.trial("a").pause(), 1),
        (lambda mine: mine.trial("a").annotate(notes="b"), 1),
        (lambda mine: mine.drain("w"), 1),
    ],
)
def test_only_writes_with_a_key_are_repeated(write: Callable[[Client], object], times: int) -> None:
    """The others may have been heard, and doing them twice may not be what doing them once is."""
    posts: list[int] = []

    def handle(connection: socketserver.StreamRequestHandler, number: int) -> None:
        if number == 1 and not posts_only:
            connection.wfile.write(ANSWER)
            return
        posts.append(number)

    posts_only = write.__code__.co_names[0] != "trial"
    with serving(handle) as server, client(server.url) as mine:
        with pytest.raises(Unreachable):
            write(mine)
        assert len(posts) == times


def test_the_same_key_goes_with_every_try(gateway: StandIn) -> None:
    """So a submission whose answer was lost is recorded once."""
    gateway.answers["POST /trials"] = [Response(status_code=503), Response(status_code=503)]
    with client(gateway.url) as mine:
        mine.submit(name="a")
    keys = {each["idempotency-key"] for each in gateway.headers}
    assert len(keys) == 1
    assert gateway.asked["POST /trials"] == 3
    assert len(gateway.trials) == 1


def busy(status: int, seconds: str) -> Response:
    """An answer that says when to come again."""
    return Response(status_code=status, headers={"Retry-After": seconds})


@pytest.mark.parametrize(
    ("status", "named", "pauses"),
    [
        (429, ["7", "0"], [7.0, 0.3]),
        (503, ["2"], [2.0]),
        (429, ["not a number"], [0.1]),
    ],
)
def test_a_busy_gateway_says_when_to_come_again(
    gateway: StandIn, status: int, named: list[str], pauses: list[float]
) -> None:
    """Retry-After is heeded where it is longer than what we would wait anyway."""
    gateway.answers["GET /health"] = [busy(status, each) for each in named]
    waited: list[float] = []
    with Client(gateway.url, pause=waited.append) as mine:
        assert mine.health().status == "ok"
    assert waited == pauses


def test_a_pause_that_is_too_long_is_left_to_the_caller(gateway: StandIn) -> None:
    """An hour is not waited in silence; the error tells it."""
    gateway.answers["GET /health"] = [busy(429, "3600")]
    with client(gateway.url) as mine, pytest.raises(ApiError) as caught:
        mine.health()
    assert (caught.value.status, caught.value.retry_after) == (429, 3600)


@pytest.mark.parametrize(("status", "times"), [(429, 2), (503, 1), (500, 1)])
def test_a_write_without_key_is_repeated_only_where_nothing_was_done(
    gateway: StandIn, status: int, times: int
) -> None:
    """A 429 says so; after a 503 nobody knows."""
    gateway.add_trial()
    gateway.answers["POST /trials/t1/pause"] = [Response(status_code=status)]
    with client(gateway.url) as mine:
        trial = mine.trial("t1")
        try:
            trial.pause()
        except ApiError as error:
            assert error.status == status  # noqa: PT017 - or none, where it was repeated
    assert gateway.asked["POST /trials/t1/pause"] == times


def test_a_gateway_that_is_too_slow_is_told_apart_from_one_that_is_away() -> None:
    """And is not asked again: it has enough to do."""
    enough = threading.Event()

    def handle(_: Any, __: int) -> None:
        enough.wait(30)

    from dataclasses import replace  # noqa: PLC0415

    with serving(handle) as server, client(server.url) as mine:
        with pytest.raises(TooSlow):
            mine.drive(replace(get(nothing, "/health"), patience=0.05))
        enough.set()
        assert server.requests == 1
