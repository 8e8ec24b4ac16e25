"""The gateway's numbers, after requests over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from tests.unit.hyperdock_gateway.notify.waiting import wait_until
from tests.unit.hyperdock_gateway.world import World
from websockets.sync.client import connect

from hyperdock_common.events import MetricReported
from hyperdock_common.service.metrics import Metrics, exposition
from hyperdock_common.web import WebServer
from hyperdock_gateway.app import make_app
from hyperdock_gateway.monitoring import GatewayMonitoring
from hyperdock_gateway.retention.sweeping import Sweep

MEGABYTE = 2**20


class Door:
    """A gateway on a real port that is watched."""

    def __init__(self, world: World) -> None:
        metrics = Metrics("gateway", "1")
        self.monitoring = GatewayMonitoring(metrics, exposition(metrics))
        app = make_app(replace(world.services, stall=0.2), monitoring=self.monitoring)
        self.server = WebServer(app, "127.0.0.1", 0)
        self.server.start()
        self.api = f"{self.server.url}/api/v1"
        self.feed = f"ws{self.api.removeprefix('http')}/events?after=0"

    def lines(self) -> list[str]:
        """What it tells, as text."""
        return httpx.get(f"{self.server.url}/metrics").text.splitlines()

    def __getitem__(self, name: str) -> float:
        """A number, with its labels as Prometheus writes them; 0 where there is none yet."""
        name = f"hyperdock_gateway_{name} "
        return sum(float(line.split()[1]) for line in self.lines() if line.startswith(name))


@pytest.fixture
def door(world: World) -> Iterator[Door]:
    """A gateway that is watched."""
    made = Door(world)
    yield made
    made.server.stop()


def test_requests_are_counted_by_operation_and_how_they_ended(world: World, door: Door) -> None:
    """Under the operation's id, never under a path that somebody made up."""
    trial = world.add_trial()
    for path in (f"/trials/{trial}", f"/trials/{trial}", "/trials/none", "/made/up/by/me"):
        httpx.get(door.api + path)
    assert door['requests_total{method="GET",operation="get_trial",status="2xx"}'] == 2
    assert door['requests_total{method="GET",operation="get_trial",status="4xx"}'] == 1
    assert door['request_seconds_count{operation="get_trial"}'] == 3
    assert door['requests_total{method="GET",operation="none",status="4xx"}'] == 1
    assert trial not in "\n".join(door.lines())


def test_made_up_methods_make_no_series(door: Door) -> None:
    """Whoever asks with a thousand methods of their own makes one."""
    for number in range(20):
        httpx.request(f"MADEUP{number}", f"{door.api}/trials")
    assert not [line for line in door.lines() if "MADEUP" in line]
    assert door['requests_total{method="other",operation="none",status="4xx"}'] == 20


def test_live_feeds_are_counted_while_they_are_open(world: World, door: Door) -> None:
    """And what is sent over them."""
    world.add_trial()
    with connect(door.feed, proxy=None) as socket:
        socket.recv(timeout=20)
        wait_until(lambda: door["events_sent_total"] >= 1)
        assert door["websockets"] == 1
    wait_until(lambda: door["websockets"] == 0)
    assert door["slow_readers_total"] == 0


def test_readers_that_are_cut_off_are_counted(world: World, door: Door) -> None:
    """Those that did not read, and only those."""
    trial = world.add_trial()
    job = world.add_job(trial, 1)
    with connect(door.feed, proxy=None, max_queue=1, max_size=None, close_timeout=0.1):
        for step in range(12):
            values = {"x" * MEGABYTE: float(step)}
            world.publish(
                MetricReported(
                    trial_id=trial, job_id=job, attempt=1, worker_id="w", step=step, values=values
                )
            )
        wait_until(lambda: door["slow_readers_total"] == 1)


def test_what_became_of_notifications_is_counted(door: Door) -> None:
    """By kind; those that are told together count once, as a summary."""
    for kind, state in (("worker_lost", "sent"), ("summary", "dropped"), ("x", "summarized")):
        door.monitoring.told(kind, state)
    assert door['notifications_sent_total{kind="worker_lost"}'] == 1
    assert door['notifications_dropped_total{kind="summary"}'] == 1
    assert not [line for line in door.lines() if 'kind="x"' in line]


def test_removed_logs_are_counted(door: Door) -> None:
    """With their bytes, and how much there is; a sweep that was ended early knows not all of it."""
    whole = Sweep(began_at=1.0, ended_at=2.0, size=5_000, removed=2, removed_size=1_500)
    door.monitoring.swept(whole)
    door.monitoring.swept(Sweep(began_at=3.0, size=10, removed=1, removed_size=10))
    assert (door["logs_removed_total"], door["log_bytes_removed_total"]) == (3, 1_510)
    assert door["log_bytes"] == 3_500
