"""A worker at work, with a real supervisor: from the offer to the confirmed end."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.hyperdock_worker.fake_runner import TERM, FakeTarget
from tests.unit.hyperdock_worker.taps import Outage, Tap, tapped
from tests.unit.hyperdock_worker.waiting import SOON, until
from tests.unit.hyperdock_worker.world import TRIAL, World

from hyperdock_common.errors import BusUnavailable, DecodeError, StorageUnavailable
from hyperdock_common.events import (
    AttemptLost,
    Heartbeat,
    JobClaimed,
    JobFinished,
    JobStarted,
    MetricReported,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.offer import JobOffer
from hyperdock_supervisor.domain.leases import Silence
from hyperdock_worker import attempt as attempt_module
from hyperdock_worker.worker import Stores, Worker


@pytest.fixture
def running_world(world: World) -> World:
    """A world whose supervisor is at work."""
    world.start_supervisor()
    return world


def succeeds(target: FakeTarget) -> None:
    """What a good target does."""
    target.prints("text\n")
    target.reports(1, 1.0)
    target.succeeds()


def tapped_stores(world: World, port: str, tap: Tap) -> Stores:
    """A worker's stores, one of them with a tap."""
    stores = {"log": world.log, "bus": world.bus, "views": world.views}
    stores["artifacts"] = world.artifacts
    stores[port] = tapped(stores[port], tap)
    return Stores(**stores)  # type: ignore[arg-type]


def heartbeats(world: World) -> list[set[str]]:
    """The jobs that each of the heartbeats named so far."""
    pulses = [each.event for each in world.log.read_pulses(0, 10_000)]
    return [
        {each.job_id for each in pulse.attempts} for pulse in pulses if isinstance(pulse, Heartbeat)
    ]


def test_jobs_are_run_one_after_the_other(running_world: World) -> None:
    """Every job of a trial ends, with its log and files."""
    running_world.engine.behaviour = succeeds
    running_world.started_worker()
    running_world.submit(jobs=5)
    running_world.hears(TrialFinished)
    running_world.assert_well_ended(5)
    assert running_world.said(AttemptLost) == []
    for number in range(1, 6):
        assert running_world.files(number) == {"loss.json", "metrics.jsonl", "params.json"}
        assert running_world.attempt_log(number) == "text\n"


def test_slots_run_side_by_side(running_world: World) -> None:
    """A slot each, and no more targets than slots."""
    running_world.started_worker(slots=2)
    running_world.submit(jobs=3, parallelism=3)
    running_world.hears(JobStarted, 2)
    assert {each.slot for each in running_world.said(JobClaimed)} == {0, 1}
    assert len(running_world.engine.started) == 2
    running_world.target(1).succeeds()
    running_world.target(3).succeeds()
    running_world.target(2).succeeds()
    running_world.assert_well_ended(3)


def test_no_target_starts_before_its_claim_is_in_the_log(running_world: World) -> None:
    """The log says whose it is, when it starts."""
    claimed: list[bool] = []

    def looks(target: FakeTarget) -> None:
        claims = [(each.job_id, each.attempt) for each in running_world.said(JobClaimed)]
        claimed.append(target.key in claims)
        target.succeeds()

    running_world.engine.behaviour = looks
    running_world.started_worker(slots=2)
    running_world.submit(jobs=6, parallelism=2)
    running_world.hears(TrialFinished)
    assert claimed == [True] * 6


def test_of_two_workers_with_one_offer_exactly_one_runs_it(running_world: World) -> None:
    """Invariant 2: the order of the claims in the log decides; the other goes on without."""
    both = threading.Barrier(2)
    seen: list[JobOffer] = []
    doubled = threading.Event()

    def doubling(name: str, _args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        """Hands the first offer to both."""
        if name != "take" or len(seen) == 2:
            return call()
        if (offered := call()) is not None:
            seen.append(offered)
            doubled.set()
        elif doubled.is_set() and len(seen) == 1:
            seen.append(seen[0])
        else:
            return offered
        both.wait(SOON)
        return seen[0]

    stores = tapped_stores(running_world, "bus", doubling)
    for worker_id in ("w1", "w2"):
        running_world.started_worker(worker_id, stores=stores, claim_timeout=SOON)
    running_world.submit(jobs=2, parallelism=1)
    running_world.target(1).succeeds()
    running_world.target(2).succeeds()
    running_world.hears(TrialFinished)
    claims = running_world.said(JobClaimed)
    assert [each.job_id for each in claims] == [f"{TRIAL}.1", f"{TRIAL}.2"]
    assert [each.worker_id for each in claims] == [
        each.worker_id for each in running_world.engine.started
    ]
    assert running_world.said(AttemptLost) == []
    assert len(running_world.said(JobFinished)) == 2


def test_an_offer_of_a_paused_trial_is_not_run_until_it_is_resumed(running_world: World) -> None:
    """The claim is rejected; nothing is lost by that."""
    running_world.publish(
        WorkerRegistered(
            worker_id="other",
            host="h",
            pool="default",
            slots=1,
            runtimes=["process"],
            version="1",
        )
    )
    running_world.submit()
    running_world.publish(TrialPaused(trial_id=TRIAL))
    takes: list[JobOffer] = []

    def note(name: str, _args: tuple[Any, ...], call: Callable[[], Any]) -> Any:
        answer = call()
        if name == "take" and answer is not None:
            takes.append(answer)
        return answer

    stores = tapped_stores(running_world, "bus", note)
    running_world.started_worker(stores=stores, claim_timeout=0.02)
    until(lambda: takes, "the old offer was taken")
    assert running_world.engine.started == []
    running_world.publish(TrialResumed(trial_id=TRIAL))
    assert running_world.target().order.offer.attempt == 1
    running_world.target().succeeds()
    running_world.hears(TrialFinished)
    assert running_world.said(AttemptLost) == []


def test_heartbeats_name_what_is_in_hand(running_world: World) -> None:
    """From the claim to the confirmed end, and not after it."""
    running_world.started_worker(slots=2)
    until(lambda: heartbeats(running_world), "a heartbeat")
    running_world.submit(jobs=2)
    running_world.hears(JobStarted, 2)
    ids = {f"{TRIAL}.1", f"{TRIAL}.2"}
    until(lambda: ids in heartbeats(running_world), "both attempts were named")
    ended = running_world.target(1)
    ended.succeeds()
    running_world.hears(JobFinished)
    left = ids - {ended.order.offer.job_id}
    until(lambda: heartbeats(running_world)[-1] == left, "one attempt was named")


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


def test_a_worker_that_was_given_up_registers_again(running_world: World) -> None:
    """It names what it still has in hand, and works on."""
    running_world.stop_supervisor()
    running_world.silence = Silence(lost_after=0.3)
    running_world.start_supervisor()
    running_world.engine.behaviour = lambda target: setattr(target, "stubborn", True)
    worker = running_world.started_worker(heartbeat=3600.0, grace=SOON)
    running_world.submit(jobs=1)
    running_world.hears(JobStarted)
    running_world.hears(WorkerLost)
    again = running_world.hears(WorkerRegistered, 2)
    assert [each.job_id for each in again.attempts] == [f"{TRIAL}.1"]
    assert list(worker.running) == again.attempts
    running_world.engine.behaviour = succeeds
    until(lambda: running_world.target().signals == [TERM])
    running_world.target().ends(143)
    running_world.hears(TrialFinished)


def test_a_worker_that_stops_leaves_its_targets_running(running_world: World) -> None:
    """It says goodbye; the next one goes on, and no attempt is lost."""
    worker = running_world.started_worker()
    running_world.submit()
    running_world.hears(JobStarted)
    running_world.stops(worker)
    assert running_world.hears(WorkerLeft).worker_id == "w1"
    assert len(running_world.engine.running) == 1
    running_world.started_worker()
    running_world.target().succeeds()
    running_world.assert_well_ended()
    assert running_world.said(AttemptLost) == []
    assert len(running_world.engine.started) == 1


def test_a_worker_with_fewer_slots_than_before_looks_after_all_that_runs(
    running_world: World,
) -> None:
    """Invariant 1: also the second target of a slot is heard of, whichever ends first."""
    worker = running_world.started_worker(slots=2)
    running_world.submit(jobs=3, parallelism=3)
    running_world.hears(JobStarted, 2)
    running_world.stops(worker)
    running_world.started_worker(slots=1)
    for number in (2, 1):
        running_world.target(number).succeeds()
        running_world.hears(JobFinished, 3 - number)
    running_world.target(3).succeeds()
    running_world.assert_well_ended(3)


def test_a_stopped_trial_s_targets_end(running_world: World) -> None:
    """Invariant 8: also the one that does not care for TERM is gone after the grace."""
    running_world.engine.behaviour = lambda target: setattr(
        target, "stubborn", target.key[0] == f"{TRIAL}.1"
    )
    running_world.started_worker(slots=2)
    running_world.submit(jobs=5, parallelism=3)
    running_world.hears(JobStarted, 2)
    stop = TrialStopRequested(trial_id=TRIAL, end="stopped", reason="user")
    running_world.publish(stop)
    assert running_world.hears(TrialFinished).end == "stopped"
    running_world.assert_well_ended(2)
    assert len(running_world.engine.started) == 2


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
        ("log", "head", StorageUnavailable("away")),
        ("log", "read", DecodeError("of a newer release")),
        ("log", "read", RuntimeError("a fault in the log's library")),
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
    monkeypatch.setattr(running_world.bus, "relay", lambda _records: None)  # so the log is read
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


@pytest.mark.parametrize(("port", "call"), [("log", "head"), ("views", "get"), ("log", "read")])
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
    outage = Outage(StorageUnavailable("away"), "head")
    worker = running_world.worker(stores=tapped_stores(running_world, "log", outage))
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
