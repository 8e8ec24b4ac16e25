"""The live feed under stress: readers that come and go, readers that sleep, a server that ends."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.unit.hyperdock_gateway.world import DEADLINE, Site, World
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from hyperdock_common.events import MetricReported, TrialPaused
from hyperdock_gateway.feed import Pace, live, past

MEGABYTE = 2**20


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The embedded adapters with a recorder."""
    made = World(tmp_path)
    yield made
    made.close()


def eventually(condition: Callable[[], bool]) -> None:
    """Waits for a condition."""
    until = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.01)


@pytest.mark.parametrize(("seed", "kept"), [(1, 2048), (2, 16), (3, 16)])
def test_every_reader_sees_every_position_exactly_once(
    world: World, monkeypatch: pytest.MonkeyPatch, seed: int, kept: int
) -> None:
    """Readers that connect, break off and resume anywhere see no gap and nothing twice."""
    monkeypatch.setattr(live, "KEPT", kept)
    monkeypatch.setattr(live, "PAGE", 7)
    monkeypatch.setattr(past, "PAGE", 7)
    count, readers = 600, 6
    site = Site(world.services)
    with ThreadPoolExecutor(readers + 2) as pool:
        reading = [
            pool.submit(_read_in_pieces, site, random.Random(f"{seed}/{each}"), count)  # noqa: S311
            for each in range(readers)
        ]
        for half in range(2):
            pool.submit(_publish_pauses, world, f"t-{half}", count // 2)
        for each in reading:
            assert each.result(timeout=3 * DEADLINE) == list(range(1, count + 1))
    site.server.stop()


def test_readers_of_one_stream_see_all_of_it_and_nothing_else(world: World) -> None:
    """A reader of one stream sees exactly its events, whatever else goes on and is missed."""
    site = Site(world.services)
    with ThreadPoolExecutor(2) as pool, site.connect("?after=0&topics=trial:t-1") as socket:
        for half in range(2):
            pool.submit(_publish_pauses, world, f"t-{half}", 200)
        got = [site.next(socket, "event") for _ in range(200)]
    site.server.stop()
    expected = [record.position for record in world.log.read(0, 1000, stream="trial-t-1")]
    assert [each["position"] for each in got] == expected
    assert {each["data"]["trial_id"] for each in got} == {"t-1"}


def test_a_reader_that_sleeps_is_cut_off_and_can_resume(world: World) -> None:
    """Who does not read is told to try again later, and misses nothing by it."""
    site = Site(replace(world.services, stall=0.2))
    with capture_logs() as logs, site.connect("?after=0", max_queue=1, max_size=None) as sleeper:
        _publish_megabytes(world, 12)
        eventually(lambda: any(each["event"] == "slow_reader_cut_off" for each in logs))
        seen = _positions_until_closed(sleeper)
        assert sleeper.close_code == 1013
    head = world.log.head()
    assert seen == list(range(1, seen[-1] + 1))
    assert seen[-1] < head
    with site.connect(f"?after={seen[-1]}", max_size=None) as again:
        assert site.positions(again, head - seen[-1]) == list(range(seen[-1] + 1, head + 1))
    site.server.stop()


def test_a_sleeping_reader_does_not_hold_up_the_others(world: World) -> None:
    """While one reader sleeps, another gets everything."""
    site = Site(world.services)
    with (
        site.connect("?after=0", max_queue=1, max_size=None, close_timeout=0.1),
        site.connect("?after=0", max_size=None) as awake,
    ):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_publish_megabytes, world, 12)
            assert site.positions(awake, 14) == list(range(1, 15))
        site.server.stop()


def test_the_server_stops_at_once_though_a_reader_sleeps(world: World) -> None:
    """A connection that takes nothing does not hold the server."""
    site = Site(world.services)
    with site.connect("?after=0", max_queue=1, max_size=None, close_timeout=0.1):
        _publish_megabytes(world, 12)
        begin = time.monotonic()
        site.server.stop()
        assert time.monotonic() - begin < 2.0
        assert "gateway" not in {thread.name for thread in threading.enumerate()}


def test_a_reader_that_sleeps_over_a_log_is_cut_off_and_can_resume(world: World) -> None:
    """A chatty log does not pile up for who does not read; who comes back misses no byte."""
    world.add_job(world.add_trial("t-1"), 1, claimed=True)
    lines = b"".join(b"line %07d\n" % number for number in range(500_000))
    site = Site(replace(world.services, stall=0.2), pace=Pace(look=0.01))
    options: dict[str, Any] = {"max_queue": 1, "max_size": None}
    with (
        capture_logs() as logs,
        site.connect("?topics=&log=t-1.1", **options) as sleeper,
        ThreadPoolExecutor(1) as pool,
    ):
        pool.submit(_write_log, world, lines)
        eventually(lambda: any(each["event"] == "slow_reader_cut_off" for each in logs))
        heard = "".join(_log_until_closed(sleeper))
        assert sleeper.close_code == 1013
    assert len(heard) < len(lines)
    world.end_job("t-1.1", 0.5)
    with site.connect(f"?topics=&log=t-1.1:1:{len(heard)}", **options) as again:
        while (message := site.next(again, "log", "log_end"))["kind"] == "log":
            assert message["offset"] == len(heard)
            heard += message["text"]
    site.server.stop()
    assert heard.encode() == lines


def _write_log(world: World, log: bytes) -> None:
    for offset in range(0, len(log), MEGABYTE):
        world.artifacts.append_log("t-1", "t-1.1", 1, offset, log[offset : offset + MEGABYTE])


def _log_until_closed(socket: ClientConnection) -> Iterator[str]:
    try:
        while True:
            message = json.loads(socket.recv(timeout=DEADLINE))
            if message["kind"] == "log":
                yield message["text"]
    except ConnectionClosed:
        pass


def _publish_pauses(world: World, trial_id: str, count: int) -> None:
    world.add_trial(trial_id)
    for _ in range(count - 1):
        world.publish(TrialPaused(trial_id=trial_id))


def _publish_megabytes(world: World, count: int) -> None:
    world.add_trial("t-1")
    world.add_job("t-1", 1)
    values = {f"{'x' * 1000}{number}": 1.0 for number in range(MEGABYTE // 1000)}
    for step in range(count):
        report = MetricReported(
            trial_id="t-1", job_id="t-1.1", attempt=1, worker_id="w", step=step, values=values
        )
        world.publish(report)


def _read_in_pieces(site: Site, chance: random.Random, count: int) -> list[int]:
    # Some close in good order (which takes a client that reads on), some just break off.
    ways: list[dict[str, Any]] = [{"max_queue": None}, {"max_queue": 1, "close_timeout": 0.0}]
    seen: list[int] = []
    while len(seen) < count:
        piece = chance.choice([1, 3, 20, 100])
        with site.connect(f"?after={len(seen)}", **chance.choice(ways)) as socket:
            seen += site.positions(socket, min(piece, count - len(seen)))
    return seen


def _positions_until_closed(socket: ClientConnection) -> list[int]:
    seen: list[int] = []
    try:
        while True:
            message = json.loads(socket.recv(timeout=DEADLINE))
            seen += [message["position"]] if message["kind"] == "event" else []
    except ConnectionClosed:
        return seen
