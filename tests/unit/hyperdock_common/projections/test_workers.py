"""The workers view and the heartbeats view: what each event makes of a worker's documents."""

from typing import Any

import pytest

from hyperdock_common.events import Cancelled, Event, WorkerDrainSet, WorkerLeft, WorkerLost
from hyperdock_common.projections import heartbeats, workers
from hyperdock_common.testing.builders import (
    attempt_lost,
    claimed,
    finished,
    heartbeat,
    proposed,
    recorded,
    registered,
    started,
    submitted,
)


def shown(*events: Event) -> Any:
    """The worker's document after it registered at second 100 and these events, a second apart."""
    doc: Any = None
    for second, event in enumerate([registered(), *events], 100):
        (record,) = recorded([event], at=float(second))
        assert workers.keys(event) == ("w1",)
        doc = workers.fold(doc, record)
    return doc


def test_a_registered_worker_is_alive() -> None:
    """With what it is and can run."""
    assert shown() == {
        "worker_id": "w1",
        "state": "alive",
        "reason": "",
        "draining": False,
        "host": "host",
        "pool": "default",
        "slots": 2,
        "gpus": 0,
        "runtimes": ["docker", "process"],
        "version": "0",
        "registered_at": 100.0,
        "updated_at": 100.0,
        "running": {},
    }


def test_a_claimed_job_runs_in_its_slot_until_it_ends_or_is_lost() -> None:
    """With the attempt and since when."""
    doc = shown(claimed(1, slot=1), claimed(2))
    assert doc["running"]["t1-job-1"] == {
        "trial_id": "t1",
        "attempt": 1,
        "slot": 1,
        "since": 101.0,
    }
    assert list(shown(claimed(1), claimed(2), finished(1))["running"]) == ["t1-job-2"]
    assert list(shown(claimed(1), claimed(2), attempt_lost(2))["running"]) == ["t1-job-1"]


def test_a_late_result_of_a_job_that_it_no_longer_runs_changes_nothing() -> None:
    """Its attempt was lost before."""
    doc = shown(claimed(1), attempt_lost(1), finished(1))
    assert doc["running"] == {}


def test_goodbyes_and_losses_are_told_apart() -> None:
    """A lost worker is shown with the reason."""
    assert shown(WorkerLeft(worker_id="w1"))["state"] == "left"
    lost = shown(WorkerLost(worker_id="w1", reason="silent"))
    assert (lost["state"], lost["reason"]) == ("lost", "silent")


def test_a_worker_that_comes_back_is_alive_and_keeps_what_it_ran() -> None:
    """What it does not run any more is said by lost attempts."""
    doc = shown(claimed(1), WorkerLost(worker_id="w1", reason="silent"), registered(slots=4))
    assert (doc["state"], doc["reason"], doc["slots"]) == ("alive", "", 4)
    assert list(doc["running"]) == ["t1-job-1"]
    assert doc["registered_at"] == 103.0


def test_only_claims_and_ends_of_jobs_concern_workers() -> None:
    """And an end without a worker concerns none."""
    cancelled = finished(1, Cancelled(), worker_id=None)
    for event in (submitted(), proposed(1), started(1), cancelled):
        assert workers.keys(event) == ()


def test_no_event_comes_before_the_registration() -> None:
    """A log like that is broken."""
    with pytest.raises(ValueError, match="before the registration"):
        workers.fold(None, recorded([claimed(1)])[0])


def test_the_newest_heartbeat_is_shown() -> None:
    """Nothing else counts as one."""
    (record,) = recorded([heartbeat("w1")], at=5.0)
    assert heartbeats.keys(record.event) == ("w1",)
    assert heartbeats.fold({"worker_id": "w1", "last_seen": 1.0}, record) == {
        "worker_id": "w1",
        "last_seen": 5.0,
    }
    assert heartbeats.keys(registered()) == ()
    with pytest.raises(TypeError, match="WorkerRegistered"):
        heartbeats.fold(None, recorded([registered()])[0])


def test_a_worker_is_drained_until_it_is_to_take_jobs_again_or_begins_anew() -> None:
    """A process that begins takes jobs."""
    drained = WorkerDrainSet(worker_id="w1", draining=True)
    assert shown(drained)["draining"] is True
    assert shown(drained, WorkerDrainSet(worker_id="w1", draining=False))["draining"] is False
    assert shown(drained, registered())["draining"] is False
