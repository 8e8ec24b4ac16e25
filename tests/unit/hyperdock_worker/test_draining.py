"""A worker that is to end: it takes nothing more, and what runs ends, goes on or is handed back."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.unit.hyperdock_worker.fake_runner import KILL, TERM, FakeTarget
from tests.unit.hyperdock_worker.waiting import SOON, until
from tests.unit.hyperdock_worker.world import TRIAL, World, succeeds

from hyperdock_common.events import (
    AttemptLost,
    JobClaimed,
    JobFinished,
    JobStarted,
    TrialFinished,
    WorkerDrainSet,
    WorkerLeft,
    WorkerLost,
)
from hyperdock_common.testing.builders import envelope
from hyperdock_worker.worker import Worker


def in_background(call: Callable[[], object]) -> threading.Thread:
    """Runs a call on a thread."""
    thread = threading.Thread(target=call)
    thread.start()
    return thread


def test_draining_worker_takes_no_more_jobs(running_world: World) -> None:
    """Its running job ends; the next one is for another worker."""
    worker = running_world.started_worker()
    running_world.submit(jobs=2, parallelism=2)
    running_world.hears(JobStarted)
    drained: list[bool] = []
    draining = in_background(lambda: drained.append(worker.drain(SOON)))
    running_world.hears(WorkerLeft)
    running_world.target().succeeds()
    draining.join(SOON)
    assert drained == [True]
    running_world.engine.behaviour = succeeds
    running_world.started_worker("w2")
    running_world.hears(TrialFinished)
    assert [each.worker_id for each in running_world.said(JobClaimed)] == ["w1", "w2"]
    assert running_world.said(AttemptLost) == []


def test_drain_ends_at_its_timeout(running_world: World) -> None:
    """What still runs keeps its lease for as long as the worker is there."""
    worker = running_world.started_worker()
    running_world.submit()
    running_world.hears(JobStarted)
    assert not worker.drain(0.05)
    assert list(worker.running)
    running_world.target().succeeds()
    running_world.assert_well_ended()
    assert running_world.said(WorkerLost) == []


def test_worker_says_goodbye_once(running_world: World) -> None:
    """However often it is told to end."""
    worker = running_world.started_worker()
    assert worker.drain(SOON)
    assert worker.drain(SOON)
    running_world.stops(worker)
    assert len(running_world.said(WorkerLeft)) == 1


def test_handed_back_attempt_is_run_by_another_worker(running_world: World) -> None:
    """Invariants 1 and 2: its target is gone before the next attempt is offered."""
    worker = running_world.started_worker()
    running_world.submit()
    running_world.hears(JobStarted)
    hand_back(running_world, worker)
    assert running_world.target().signals == [TERM]
    assert "handed back" in running_world.hears(AttemptLost).reason
    assert running_world.engine.traces == []
    running_world.engine.behaviour = succeeds
    running_world.started_worker("w2")
    ended = running_world.hears(JobFinished)
    assert (ended.worker_id, ended.attempt) == ("w2", 2)
    running_world.assert_well_ended()


def test_stubborn_target_is_handed_back_after_the_grace(running_world: World) -> None:
    """It is killed."""
    running_world.engine.behaviour = lambda target: setattr(target, "stubborn", True)
    worker = running_world.started_worker()
    running_world.submit()
    running_world.hears(JobStarted)
    hand_back(running_world, worker)
    assert running_world.target().signals == [TERM, KILL]
    running_world.hears(AttemptLost)


@pytest.mark.parametrize("code", [0, 143])
def test_result_that_is_there_at_the_hand_back_counts(running_world: World, code: int) -> None:
    """No work is lost that was done."""

    class Prompt(FakeTarget):
        def receives(self, signal: str) -> None:
            self.signals.append(signal)
            self.writes("loss.json", "0.25")
            self.ends(code)

    def prompt(target: FakeTarget) -> None:
        target.__class__ = Prompt

    running_world.engine.behaviour = prompt
    worker = running_world.started_worker()
    running_world.submit()
    running_world.hears(JobStarted)
    hand_back(running_world, worker)
    if code == 0:
        assert running_world.job()["loss"] == 0.25
        assert running_world.said(AttemptLost) == []
    else:
        assert running_world.hears(AttemptLost).job_id == f"{TRIAL}.1"


def hand_back(world: World, worker: Worker) -> None:
    """Ends a worker that hands back what it runs; returns when all of it was said."""
    world._workers.remove(worker)
    worker.stop(hand_back=True)
    until(lambda: not worker.running)


def test_worker_that_an_operator_drains_takes_no_more_until_it_is_told_to(
    running_world: World,
) -> None:
    """Its running job ends in peace; it stays, and takes jobs again when it may."""
    running_world.started_worker()
    running_world.submit(jobs=2, parallelism=2)
    running_world.hears(JobStarted)
    drained = WorkerDrainSet(worker_id="w1", draining=True)
    running_world.bus.publish([envelope(drained)])
    running_world.hears(WorkerDrainSet)
    running_world.engine.behaviour = succeeds
    running_world.target().succeeds()
    running_world.hears(JobFinished)
    assert len(running_world.said(JobClaimed)) == 1
    running_world.bus.publish([envelope(replace(drained, draining=False))])
    running_world.hears(TrialFinished)
    assert [each.worker_id for each in running_world.said(JobClaimed)] == ["w1", "w1"]
    assert running_world.said(WorkerLeft) == []
