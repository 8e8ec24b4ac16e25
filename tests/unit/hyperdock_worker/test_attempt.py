"""The life of one attempt: what its target does, and what becomes of it."""

import time
from dataclasses import replace
from functools import partial

import pytest
from tests.unit.hyperdock_worker.fake_runner import KILL, TERM
from tests.unit.hyperdock_worker.waiting import SOON, until
from tests.unit.hyperdock_worker.workshop import LOST, Workshop, offer, outcome, reason

from hyperdock_common.errors import CannotStart
from hyperdock_common.events import (
    AttemptLost,
    Cancelled,
    Failed,
    JobFinished,
    JobStarted,
    JobStopRequested,
    MetricReported,
    Succeeded,
)
from hyperdock_common.offer import Limits
from hyperdock_common.ports import Exit
from hyperdock_worker import attempt as attempt_module

JOB = offer()
STOP = JobStopRequested(trial_id=JOB.trial_id, job_id=JOB.job_id, reason="user")


def test_success_is_reported_with_all_that_belongs_to_it(workshop: Workshop) -> None:
    """The loss, the metrics and graphs, how the target ended; the files and the log are stored."""
    workshop.live()
    target = workshop.target()
    target.prints("begun\n")
    target.writes("out/model.txt", "weights")
    target.writes("loss.json", '{"loss": 0.25, "accuracy": 0.9, "odd": 1e999}')
    target.prints("done\n")
    target.ends(0)
    said = workshop.recorder.hears(JobFinished)
    assert said.outcome == Succeeded(loss=0.25)
    assert said.metrics["accuracy"] == 0.9
    assert said.runner["exit_code"] == 0
    assert workshop.recorder.hears(JobStarted).runner["host"] == "fake"
    workshop.nothing_is_left()
    assert workshop.files() == {"loss.json", "out/model.txt", "params.json"}
    assert workshop.log() == "begun\ndone\n"


def test_failure_is_reported_with_its_log_and_files(workshop: Workshop) -> None:
    """A job that failed is what people look at most."""
    workshop.live()
    workshop.target().prints("Traceback\n")
    workshop.target().ends(3)
    assert reason(workshop) == "exit_code"
    assert workshop.log() == "Traceback\n"
    assert workshop.files() == {"params.json"}


def test_events_are_said_in_order(workshop: Workshop) -> None:
    """Started, then the metrics as they were written, then the end; each once."""
    workshop.live()
    target = workshop.target()
    for step in range(25):
        target.reports(step, step / 10)
    until(lambda: len(workshop.recorder.of(MetricReported)) == 25)
    for step in range(25, 50):
        target.reports(step, step / 10)
    target.succeeds()
    outcome(workshop)
    kinds = [type(each.event) for each in workshop.recorder.envelopes]
    assert kinds == [JobStarted, *[MetricReported] * 50, JobFinished]
    assert [each.step for each in workshop.recorder.of(MetricReported)] == list(range(50))


def test_what_cannot_start_fails_with_the_reason(workshop: Workshop) -> None:
    """The specification is at fault: the job ends, with nothing started."""
    workshop.engine.refusal = CannotStart("image_unavailable", "there is no such image: nix")
    workshop.live()
    assert outcome(workshop) == Failed(
        reason="image_unavailable", message="there is no such image: nix"
    )
    assert workshop.files() == {"params.json"}
    assert workshop.recorder.of(JobStarted) == []


def test_what_the_engine_could_not_start_after_all_fails(workshop: Workshop) -> None:
    """Some engines only find out when they try."""
    workshop.live()
    workshop.target().leaves(Exit(code=127, cannot_start="no such program: train"))
    assert outcome(workshop) == Failed(reason="cannot_start", message="no such program: train")


def test_a_target_that_takes_too_long_is_asked_to_end(workshop: Workshop) -> None:
    """TERM is enough for most."""
    workshop.live(replace(JOB, timeout=0.05))
    assert reason(workshop) == "timeout"
    assert workshop.target().signals == [TERM]


def test_clock_that_is_set_ends_no_target(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job's time is counted by a clock that nobody sets."""
    workshop.live(replace(JOB, timeout=60.0))
    target = workshop.target()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600)
    looks = workshop.engine.waits
    until(lambda: workshop.engine.waits > looks + 3, "a few looks")
    assert target.signals == []
    target.succeeds()
    assert isinstance(outcome(workshop), Succeeded)


def test_a_target_that_does_not_end_is_killed_after_the_grace(workshop: Workshop) -> None:
    """TERM, the grace, KILL; never KILL at once."""
    workshop.engine.behaviour = lambda target: setattr(target, "stubborn", True)
    workshop.live(replace(JOB, timeout=0.05))
    assert reason(workshop) == "timeout"
    assert workshop.target().signals[:2] == [TERM, KILL]


def test_a_stopped_job_ends_as_cancelled(workshop: Workshop) -> None:
    """With the reason of whoever asked, and what the target left so far."""
    workshop.live()
    workshop.target().writes("out/checkpoint", "1")
    workshop.tell(STOP)
    assert outcome(workshop) == Cancelled(reason="user")
    assert "out/checkpoint" in workshop.files()


def test_a_success_that_came_first_counts(workshop: Workshop) -> None:
    """The stop request came while the target wrote its loss: nobody gains by throwing it away."""
    workshop.engine.behaviour = lambda target: setattr(target, "stubborn", True)
    workshop.configure(grace=SOON)
    workshop.live()
    workshop.tell(STOP)
    until(lambda: workshop.target().signals)
    workshop.target().succeeds(0.1)
    assert outcome(workshop) == Succeeded(loss=0.1)


def test_a_job_that_is_stopped_before_its_target_began_starts_nothing(workshop: Workshop) -> None:
    """Between the claim and the start there is time for a stop request."""
    workshop.tracker.watch(JOB.job_id, 1)
    workshop.tell(STOP)
    workshop.live()
    assert outcome(workshop) == Cancelled(reason="user")
    assert workshop.engine.started == []


def test_a_lost_lease_stops_the_target_and_says_nothing(workshop: Workshop) -> None:
    """Invariant 8: what no lease covers ends, and is not told as anybody's result."""
    workshop.live()
    workshop.target()
    workshop.tell(LOST)
    workshop.nothing_is_left()
    assert workshop.target().signals[0] == TERM
    assert workshop.recorder.of(JobFinished) == []
    assert workshop.files() == set()


def test_a_lease_that_is_lost_before_the_start_starts_nothing(workshop: Workshop) -> None:
    """Invariant 8: an engine that was away must not come back to a target that nobody wants."""
    workshop.engine.goes_away()
    workshop.live()
    workshop.tell(LOST)
    workshop.engine.comes_back()
    until(lambda: not workshop.folders.orders())
    assert workshop.engine.started == []
    assert workshop.recorder.events == []


def test_a_target_that_writes_too_much_is_ended(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it runs, before it fills the disk; what it wrote is not kept."""
    monkeypatch.setattr(attempt_module, "_DISK_LOOK", 0.0)
    workshop.configure(disk_limit=2**20)
    workshop.live()
    workshop.target().prints("I write\n")
    workshop.target().writes("out/huge", "x" * 2**21)
    assert reason(workshop) == "disk_limit"
    assert workshop.target().signals == [TERM]
    assert workshop.files() == {"params.json"}
    assert workshop.log() == "I write\n"


def test_the_limit_counts_at_the_end_too(workshop: Workshop) -> None:
    """A target may write all of it in its last second; the trial's own limit goes first."""
    workshop.live(replace(JOB, limits=Limits(disk=2**20)))
    workshop.target().writes("out/huge", "x" * 2**21)
    workshop.target().succeeds()
    assert reason(workshop) == "disk_limit"
    assert workshop.files() == {"params.json"}


def test_an_engine_that_is_away_for_a_moment_is_waited_for(workshop: Workshop) -> None:
    """A restart of the engine costs time and no attempt."""
    workshop.engine.goes_away()
    attempt = workshop.live()
    until(lambda: attempt.engine_away)
    workshop.engine.comes_back()
    workshop.target().succeeds()
    assert outcome(workshop) == Succeeded(loss=0.5)
    assert workshop.recorder.of(AttemptLost) == []


def test_an_engine_that_stays_away_costs_the_attempt(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attempt is given back, and the slot knows that it must wait."""
    monkeypatch.setattr(attempt_module, "_START_PATIENCE", 0.0)
    workshop.engine.goes_away()
    attempt = workshop.live()
    assert "does not answer" in workshop.recorder.hears(AttemptLost).reason
    assert attempt.engine_away
    until(lambda: not workshop.folders.orders())
    assert workshop.engine.started == []


def test_an_attempt_that_the_engine_lost_is_given_back(workshop: Workshop) -> None:
    """It is not the target's fault: nothing is told as its result."""
    attempt = workshop.live()
    workshop.target().leaves(Exit(code=None, lost="the engine was restarted"))
    assert workshop.recorder.hears(AttemptLost).reason == "the engine was restarted"
    workshop.nothing_is_left()
    assert attempt.engine_away
    assert workshop.recorder.of(JobFinished) == []


def test_a_target_goes_on_when_its_worker_stops(workshop: Workshop) -> None:
    """Nothing is said and nothing is removed: the next process goes on."""
    workshop.live()
    workshop.recorder.hears(JobStarted)
    workshop.stop.set()
    workshop.close()
    assert len(workshop.engine.running) == 1
    assert len(workshop.folders.orders()) == 1
    assert [type(each) for each in workshop.recorder.events] == [JobStarted]


def test_an_attempt_that_has_not_begun_is_given_back_by_a_worker_that_stops(
    workshop: Workshop,
) -> None:
    """Nobody has to wait until its lease expires."""
    workshop.engine.goes_away()
    attempt = workshop.live()
    until(lambda: attempt.engine_away)
    workshop.stop.set()
    assert "stopped" in workshop.recorder.hears(AttemptLost).reason


def test_what_goes_wrong_here_gives_the_attempt_back(workshop: Workshop) -> None:
    """An abandoned target is ended before anyone may start the next attempt."""
    attempt = workshop.live()
    target = workshop.target()
    workshop.recorder.hears(JobStarted)
    workshop.spawn(partial(attempt.abandon, "the worker failed"))
    assert workshop.recorder.hears(AttemptLost).reason == "the worker failed"
    assert target.signals[0] == KILL
    until(lambda: not workshop.folders.orders())


def test_an_adopted_target_is_said_to_have_started(workshop: Workshop) -> None:
    """The earlier process may have died before it could say so; saying it twice does no harm."""
    order = workshop.folders.create(JOB, 0)
    running = workshop.tools.runners["process"].start(order)
    workshop.live_order(order, lambda attempt: attempt.attend(running))
    workshop.recorder.hears(JobStarted)
    workshop.target().succeeds()
    assert outcome(workshop) == Succeeded(loss=0.5)
