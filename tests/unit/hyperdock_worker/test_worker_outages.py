"""A worker at work while something is away: it costs time, and never a job."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.hyperdock_worker.fake_runner import TERM
from tests.unit.hyperdock_worker.taps import Outage, Tap, tapped
from tests.unit.hyperdock_worker.waiting import SOON, until
from tests.unit.hyperdock_worker.world import World, succeeds, tapped_stores

from hyperdock_common.errors import BusUnavailable, DecodeError, StorageUnavailable
from hyperdock_common.events import (
    AttemptLost,
    JobClaimed,
    JobFinished,
    JobStarted,
    MetricReported,
    TrialFinished,
    WorkerRegistered,
)
from hyperdock_supervisor.domain.leases import Silence
from hyperdock_worker import attempt as attempt_module
from hyperdock_worker.worker import Worker


def test_heartbeats_do_not_pile_up_in_an_outage(running_world: World) -> None:
    """What was true a while ago is nothing to tell when the bus is back."""
    sizes: list[int] = []
    outage = Outage(BusUnavailable("away"), "publish")

    def note(name: str, args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        if name == "publish":
            sizes.append(len(args[0]))
        return outage(name, args, call)

    stores = tapped_stores(running_world, "bus", note)
    running_world.started_worker(stores=stores, heartbeat=0.001)
    until(lambda: outage.hits > 1)
    outage.lasts = False
    running_world.hears(WorkerRegistered)
    assert max(sizes) <= 2


def test_slots_wait_for_an_engine_that_went_away(
    running_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The running attempt is lost and one more by noticing, however long the engine is away."""
    monkeypatch.setattr(attempt_module, "_START_PATIENCE", 0.0)
    running_world.started_worker()
    running_world.submit(retries=2)
    running_world.hears(JobStarted)
    running_world.engine.goes_away()
    running_world.hears(AttemptLost)
    checks = running_world.engine.checks
    until(lambda: running_world.engine.checks > checks + 5)
    lost = len(running_world.said(AttemptLost))
    assert lost <= 2
    running_world.engine.behaviour = succeeds
    running_world.engine.comes_back()
    running_world.hears(TrialFinished)
    assert len(running_world.said(AttemptLost)) == lost
    running_world.assert_well_ended()


def test_a_full_disk_costs_no_attempt(running_world: World) -> None:
    """Where there is no room for an attempt's folder nothing is claimed; later it goes on."""
    outage = Outage(OSError("no space left on device"), "create")
    worker = running_world.worker()
    _tap_folders(worker, outage)
    worker.start()
    running_world.engine.behaviour = succeeds
    running_world.submit(retries=0)
    until(lambda: outage.hits > 3)
    assert running_world.said(JobClaimed) == []
    outage.lasts = False
    running_world.hears(TrialFinished)
    running_world.assert_well_ended()
    assert running_world.said(AttemptLost) == []


@pytest.mark.parametrize(
    ("port", "call", "error"),
    [
        ("bus", "publish", BusUnavailable("away")),
        ("bus", "take", BusUnavailable("away")),
        ("bus", "take", RuntimeError("a fault in the bus' library")),
        ("log", "read", StorageUnavailable("away")),
        ("log", "read", DecodeError("of a newer release")),
        ("views", "folded", StorageUnavailable("away")),
        ("views", "get", StorageUnavailable("away")),
        ("views", "get", RuntimeError("a fault in the views' library")),
        ("artifacts", "put_folder", StorageUnavailable("full")),
        ("artifacts", "append_log", StorageUnavailable("full")),
    ],
)
def test_an_outage_costs_time_and_nothing_else(
    running_world: World,
    monkeypatch: pytest.MonkeyPatch,
    port: str,
    call: str,
    error: Exception,
) -> None:
    """Whatever is away while jobs run: when it is back everything is there, once."""
    monkeypatch.setattr(running_world.bus, "relay", lambda _records: None)  # so jobs are looked up
    outage = Outage(error, call, lasts=False)
    running_world.started_worker(stores=tapped_stores(running_world, port, outage))
    running_world.submit(jobs=2, parallelism=1, retries=0)
    target = running_world.target()
    running_world.engine.behaviour = succeeds
    outage.lasts = True
    succeeds(target)
    until(lambda: outage.hits > 1)
    outage.lasts = False
    running_world.hears(TrialFinished)
    running_world.assert_well_ended(2)
    assert running_world.said(AttemptLost) == []
    for number in (1, 2):
        assert running_world.files(number) == {"loss.json", "metrics.jsonl", "params.json"}
        assert running_world.attempt_log(number) == "text\n"
    assert len(running_world.said(MetricReported)) == 2


@pytest.mark.parametrize(("port", "call"), [("views", "folded"), ("log", "read")])
def test_a_worker_begins_when_its_stores_answer(running_world: World, port: str, call: str) -> None:
    """It may be started before them, with targets from before that go on."""
    first = running_world.started_worker()
    running_world.submit()
    running_world.hears(JobStarted)
    running_world.stops(first)
    outage = Outage(StorageUnavailable("away"), call)
    second = running_world.worker(stores=tapped_stores(running_world, port, outage))
    beginning = threading.Thread(target=second.start)
    beginning.start()
    until(lambda: outage.hits > 1)
    outage.lasts = False
    beginning.join(SOON)
    running_world.target().succeeds()
    running_world.assert_well_ended()
    assert running_world.said(AttemptLost) == []


def test_a_worker_that_waits_for_its_stores_can_be_stopped(running_world: World) -> None:
    """It has removed nothing and opened no slots."""
    first = running_world.started_worker()
    running_world.submit()
    running_world.hears(JobStarted)
    running_world.stops(first)
    outage = Outage(StorageUnavailable("away"), "position")
    worker = running_world.worker(stores=tapped_stores(running_world, "views", outage))
    beginning = threading.Thread(target=worker.start)
    beginning.start()
    until(lambda: outage.hits > 1)
    running_world.stops(worker)
    beginning.join(SOON)
    assert not beginning.is_alive()


def test_a_worker_that_nobody_hears_loses_its_leases(running_world: World) -> None:
    """Invariants 1, 2 and 8: another runs the next attempt; the first ends its own."""
    running_world.stop_supervisor()
    running_world.silence = Silence(lost_after=0.5)
    running_world.start_supervisor()
    outage = Outage(BusUnavailable("away"), "publish", lasts=False)
    running_world.started_worker(stores=tapped_stores(running_world, "bus", outage))
    running_world.submit()
    running_world.hears(JobStarted)
    outage.lasts = True
    running_world.started_worker("w2")
    second = running_world.target(2)
    assert (second.worker_id, second.order.offer.attempt) == ("w2", 2)
    until(lambda: running_world.target(1).signals == [TERM], "the first was stopped")
    outage.lasts = False
    second.succeeds(0.2)
    running_world.hears(TrialFinished)
    running_world.assert_well_ended()
    assert running_world.job()["loss"] == 0.2


def test_a_result_that_comes_late_counts(running_world: World) -> None:
    """The lease was lost while the result waited for the bus: the second attempt is not needed."""
    running_world.stop_supervisor()
    running_world.silence = Silence(lost_after=0.5)
    running_world.start_supervisor()
    outage = Outage(BusUnavailable("away"), "publish", lasts=False)
    running_world.started_worker(stores=tapped_stores(running_world, "bus", outage))
    running_world.submit()
    running_world.hears(JobStarted)
    outage.lasts = True
    running_world.target().succeeds(0.1)
    running_world.hears(AttemptLost)
    running_world.started_worker("w2")
    second = running_world.target(2)
    outage.lasts = False
    assert running_world.hears(JobFinished).attempt == 1
    until(lambda: second.signals)
    running_world.assert_well_ended()
    running_world.assert_well_ended(worker_id="w2")
    assert running_world.job()["loss"] == 0.1


def _tap_folders(worker: Worker, tap: Tap) -> None:
    """Puts a tap on the attempts' folders of a worker that is not started yet."""
    worker._tools = replace(worker._tools, folders=tapped(worker._tools.folders, tap))
