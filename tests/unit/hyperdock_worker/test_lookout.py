"""What the feed did not tell is found out by looking it up."""

from typing import cast

import pytest
from tests.unit.hyperdock_worker.fake_runner import TERM
from tests.unit.hyperdock_worker.waiting import until
from tests.unit.hyperdock_worker.workshop import offer
from tests.unit.hyperdock_worker.world import TRIAL, World, succeeds

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import (
    AttemptLost,
    JobFinished,
    JobProposed,
    JobStarted,
    JobStopRequested,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    WorkerDrainSet,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.testing.builders import envelope
from hyperdock_supervisor.domain.leases import Silence
from hyperdock_worker.job_documents import JobDocuments
from hyperdock_worker.lookout import Lookout
from hyperdock_worker.tracker import Orders, Tracker

MINE = offer()


@pytest.fixture
def deaf_world(running_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose feed tells nobody anything."""
    monkeypatch.setattr(running_world.bus, "relay", lambda _records: None)
    return running_world


def test_jobs_are_run_without_the_feed(deaf_world: World) -> None:
    """Claims are looked up: the log has them."""
    deaf_world.engine.behaviour = succeeds
    deaf_world.started_worker(slots=2)
    deaf_world.submit(jobs=3, parallelism=2)
    deaf_world.hears(TrialFinished)
    deaf_world.assert_well_ended(3)
    assert deaf_world.said(AttemptLost) == []


def test_missed_stop_request_is_found(deaf_world: World) -> None:
    """Invariant 8: a job that is to stop does so, soon."""
    deaf_world.started_worker()
    deaf_world.submit()
    deaf_world.hears(JobStarted)
    deaf_world.publish(JobStopRequested(trial_id=TRIAL, job_id=f"{TRIAL}.1", reason="user"))
    deaf_world.hears(JobFinished)
    assert deaf_world.target().signals == [TERM]


def test_missed_loss_of_worker_and_attempt_is_found(deaf_world: World) -> None:
    """It ends what it has no lease for any more, and registers again."""
    deaf_world.stop_supervisor()
    deaf_world.silence = Silence(lost_after=0.3)
    deaf_world.start_supervisor()
    deaf_world.started_worker(heartbeat=3600.0)
    deaf_world.submit()
    deaf_world.hears(JobStarted)
    deaf_world.hears(WorkerLost)
    deaf_world.hears(WorkerRegistered, 2)
    until(lambda: deaf_world.target().signals == [TERM])


def test_missed_resumption_of_a_trial_is_found(running_world: World) -> None:
    """Invariant 1: offers of a trial that goes on are taken, whatever the feed kept back."""
    running_world.started_worker("w1")
    running_world.submit(jobs=2, parallelism=1)
    running_world.hears(JobStarted)
    running_world.publish(TrialPaused(trial_id=TRIAL))
    running_world.hears(TrialPaused)
    running_world.target().succeeds()
    running_world.hears(JobFinished)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running_world.bus, "relay", lambda _records: None)
        running_world.publish(TrialResumed(trial_id=TRIAL))
        running_world.hears(TrialResumed)
        running_world.hears(JobProposed, 2)
    running_world.target(2).succeeds()
    running_world.assert_well_ended(2)


@pytest.mark.parametrize(
    ("failure", "answered"), [(StorageUnavailable("away"), False), (ValueError("broken"), True)]
)
def test_a_look_that_fails_tells_nothing(failure: Exception, *, answered: bool) -> None:
    """Whatever is wrong with a document, the slot that asks must not lose its claim over it."""

    class Broken(JobDocuments):
        def get(self, trial_id: str, job_id: str) -> JsonObject:  # noqa: ARG002 - as it is
            raise failure

    tracker = Tracker("w1", lambda: None)
    tracker.expect(MINE)
    lookout = Lookout(tracker, Broken.__new__(Broken), list, every=1.0)
    assert lookout.look(MINE.ref) is answered
    assert tracker.verdict(MINE, 0) is None


def job(**changes: object) -> JsonObject:
    """A job's document: claimed by `w1`, if nothing else is said."""
    attempts = [{"attempt": 1, "worker_id": "w1", "lost": None}]
    document = {"attempt": 1, "worker_id": "w1", "finished_at": None, "stop_requested": None}
    return {**document, "attempts": attempts, **changes}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        ({}, False),
        (job(), True),
        (job(worker_id="w2"), False),
        (job(attempt=0, worker_id=None, attempts=[]), None),
        (job(attempt=2), False),
        (job(finished_at=1.0), False),
        (job(worker_id=None, attempts=[{"attempt": 1, "lost": "silent"}]), False),
    ],
)
def test_claim_is_decided_by_the_document(document: JsonObject, *, verdict: bool | None) -> None:
    """Ours, another's, or nobody's yet."""
    tracker = Tracker("w1", lambda: None)
    tracker.expect(MINE)
    tracker.take_in_job(MINE.ref, document)
    assert tracker.verdict(MINE, 0) is verdict


@pytest.mark.parametrize(
    ("document", "orders"),
    [
        ({}, Orders()),
        (job(), Orders()),
        (job(stop_requested="user"), Orders(stop_reason="user")),
        (job(attempt=2, worker_id="w2"), Orders(void=True)),
        (job(worker_id=None, attempts=[{"attempt": 1, "lost": "silent"}]), Orders(void=True)),
        (job(finished_at=1.0), Orders(void=True)),
        (job(finished_at=1.0, attempt=2, worker_id="w2"), Orders(void=True, job_ended=True)),
    ],
)
def test_orders_are_what_the_document_says(document: JsonObject, orders: Orders) -> None:
    """Of an attempt in hand."""
    tracker = Tracker("w1", lambda: None)
    known = tracker.watch(MINE.job_id, MINE.attempt)
    tracker.take_in_job(MINE.ref, document)
    assert known == orders


def test_whatever_the_views_raise_is_no_sign_that_anyone_listened() -> None:
    """A claim in hand waits on; it is not forgotten half-way."""

    class Broken:
        def last_seen(self, worker_id: str) -> float:
            raise RuntimeError(f"a fault, about {worker_id}")

    lookout = Lookout(Tracker("w1", lambda: None), cast(JobDocuments, Broken()), list, every=1.0)
    assert not lookout.listened("w1", 0.0)


def test_missed_drain_is_found(deaf_world: World) -> None:
    """A worker that did not hear of it would take offers in vain, again and again."""
    worker = deaf_world.started_worker()
    drained = WorkerDrainSet(worker_id="w1", draining=True)
    deaf_world.bus.publish([envelope(drained)])
    deaf_world.hears(WorkerDrainSet)
    until(lambda: worker._tools.tracker.drained)
