"""What follows by itself from a trial's state: how jobs and trials end."""

from collections.abc import Sequence
from typing import TypeAlias

import pytest
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    given,
    job_stopped,
    lost,
    proposed,
    stopped,
    submitted,
)

from hyperdock_common.events import (
    Cancelled,
    Event,
    Failed,
    JobEvent,
    JobFinished,
    JobStopRequested,
    TrialEvent,
    TrialFinished,
    TrialPaused,
    TrialStopRequested,
)
from hyperdock_supervisor.domain.decisions import HOPELESS, follow_up
from hyperdock_supervisor.domain.trial import evolve

Events: TypeAlias = Sequence[TrialEvent | JobEvent]

PAUSED = TrialPaused(trial_id="t")
WAITING: Events = [submitted(), proposed()]
RUNNING: Events = [*WAITING, claimed()]
LOST: Events = [*RUNNING, lost()]
FAILURE = Failed(reason="exit_code", message="exit code 3")


def following(events: Events, now: float = 100.0, *, exhausted: bool = False) -> list[Event]:
    """What follows by itself, until nothing does."""
    trial = given(*events)
    followed: list[Event] = []
    assert trial is not None
    while round_of := follow_up(trial, now, exhausted=exhausted):
        followed += round_of
        for event in round_of:
            assert isinstance(event, TrialEvent | JobEvent)
            trial = evolve(trial, event, now)
    return followed


@pytest.mark.parametrize(
    "events", [[submitted()], WAITING, RUNNING, LOST, [*RUNNING, finished()], [*WAITING, PAUSED]]
)
def test_nothing_follows_while_there_is_something_to_wait_for(events: Events) -> None:
    """The budget is not used up and nothing has gone wrong."""
    assert following(events) == []


def test_a_waiting_job_that_shall_stop_ends_as_cancelled() -> None:
    """No worker is needed for that."""
    cancelled = finished(outcome=Cancelled(reason="user"), by=None)
    assert following([*WAITING, job_stopped()]) == [cancelled]
    assert following([*WAITING, PAUSED, job_stopped()]) == [cancelled]


def test_a_running_job_that_shall_stop_is_left_to_its_worker() -> None:
    """It ends when the worker says so."""
    assert following([*RUNNING, job_stopped()]) == []


def test_a_stopping_job_whose_attempt_is_lost_ends_as_cancelled() -> None:
    """It is not tried again."""
    followed = following([*RUNNING, job_stopped(), lost()])
    assert followed == [finished(outcome=Cancelled(reason="user"), attempt=2, by=None)]


def test_a_job_ends_when_all_its_attempts_are_lost() -> None:
    """Invariant 1: retries are counted from the first attempt on."""
    events: Events = [submitted(retries=1), proposed(), claimed(), lost(), claimed(attempt=2)]
    assert following(events) == []
    (end,) = following([*events, lost(attempt=2)])
    assert isinstance(end, JobFinished)
    message = "2 attempts were lost; the trial allows 1 retries"
    assert end.outcome == Failed(reason="attempts_exhausted", message=message)
    assert (end.worker_id, end.attempt) == (None, 3)


@pytest.mark.parametrize("before", [[], [PAUSED]], ids=["running", "paused"])
def test_a_stopped_trial_cancels_what_waits_and_stops_what_runs(before: Events) -> None:
    """Invariant 8: nothing of it is left; it ends when the last worker has said so."""
    stopping: Events = [*RUNNING, proposed("t.2"), *before, stopped()]
    assert following(stopping) == [
        JobStopRequested(trial_id="t", job_id="t.1", reason="user"),
        finished("t.2", Cancelled(reason="user"), by=None),
    ]
    cancelled: Events = [
        *stopping,
        *[event for event in following(stopping) if isinstance(event, JobEvent)],
        finished(outcome=Cancelled(reason="user")),
    ]
    assert following(cancelled) == [TrialFinished(trial_id="t", end="stopped", reason="user")]


def test_a_trial_without_jobs_stops_at_once() -> None:
    """There is nobody to wait for."""
    end = TrialFinished(trial_id="t", end="stopped", reason="user")
    assert following([submitted(), stopped()]) == [end]
    assert following([submitted(), PAUSED, stopped()]) == [end]


def test_a_worker_lost_while_stopping_leaves_no_job_open() -> None:
    """A stopping trial does not wait for a worker that is gone."""
    followed = following([*RUNNING, stopped(), job_stopped(), lost()])
    assert followed == [
        finished(outcome=Cancelled(reason="user"), attempt=2, by=None),
        TrialFinished(trial_id="t", end="stopped", reason="user"),
    ]


def end_of(events: Events, now: float = 100.0, *, exhausted: bool = False) -> TrialFinished:
    """How a trial ends after these events and all that follows."""
    end = following(events, now, exhausted=exhausted)[-1]
    assert isinstance(end, TrialFinished)
    return end


@pytest.mark.parametrize("paused", [[], [PAUSED]], ids=["running", "paused"])
def test_a_trial_ends_with_its_last_job(paused: Events) -> None:
    """Also while it is paused: there is nothing to resume."""
    one = submitted(budget={"jobs": 1})
    end = end_of([one, proposed(), claimed(), *paused, finished()])
    assert (end.end, end.reason) == ("completed", "jobs")
    assert end.message == "all jobs of the budget are done"


@pytest.mark.parametrize("paused", [[], [PAUSED]], ids=["running", "paused"])
def test_a_trial_ends_when_its_space_is_exhausted(paused: Events) -> None:
    """Not before its open jobs have ended."""
    assert following([*RUNNING, *paused], exhausted=True) == []
    end = end_of([*RUNNING, *paused, finished()], exhausted=True)
    assert (end.end, end.reason) == ("completed", "space")


def test_a_trial_without_a_success_has_failed() -> None:
    """It has found nothing, whatever it went through."""
    one = submitted(budget={"jobs": 1})
    end = end_of([one, proposed(), claimed(), finished(outcome=FAILURE)])
    assert (end.end, end.reason) == ("failed", "no_success")
    assert end.message == "none of 1 jobs succeeded"


@pytest.mark.parametrize(
    ("objective", "loss", "reached"),
    [("minimize", 0.5, True), ("minimize", 0.6, False), ("maximize", 0.5, True)],
)
def test_a_trial_ends_when_the_target_loss_is_reached(
    objective: str,
    loss: float,
    reached: bool,  # noqa: FBT001
) -> None:
    """Equal is reached; the other running jobs are stopped."""
    trial = submitted(budget={"jobs": 10, "target_loss": 0.5}, objective=objective)
    events: Events = [
        trial,
        proposed(),
        claimed(),
        proposed("t.2"),
        claimed("t.2"),
        finished("t.2", loss),
    ]
    if not reached:
        assert following(events) == []
        return
    stop, job_stop = following(events)
    assert isinstance(stop, TrialStopRequested)
    assert (stop.end, stop.reason) == ("completed", "target_loss")
    assert job_stop == JobStopRequested(trial_id="t", job_id="t.1", reason="target_loss")


def test_a_trial_ends_when_its_time_is_over() -> None:
    """Counted from the first claim, so that waiting for a worker costs nothing."""
    timed = submitted(budget={"wall_time": 60})
    assert following([timed], now=10_000.0) == []
    assert following([timed, proposed()], now=10_000.0) == []
    events: Events = [timed, proposed(), claimed(), finished()]
    assert following(events, now=159.0) == []
    end = end_of(events, now=160.0)
    assert (end.end, end.reason, end.message) == ("completed", "wall_time", "60 s have passed")


def test_a_trial_whose_time_is_over_without_a_success_has_failed() -> None:
    """Nobody would call that completed."""
    timed = submitted(budget={"wall_time": 60})
    end = end_of([timed, proposed(), claimed(), finished(outcome=FAILURE)], now=160.0)
    assert (end.end, end.reason) == ("failed", "wall_time")
    assert end.message == "60 s have passed; none of 1 jobs succeeded"


def test_a_success_on_the_way_out_counts() -> None:
    """A target that reports when it is asked to end makes its trial complete."""
    timed = submitted(budget={"wall_time": 60})
    stop = TrialStopRequested(trial_id="t", end="completed", reason="wall_time")
    end = end_of([timed, proposed(), claimed(), stop, finished()], now=160.0)
    assert end.end == "completed"


def failures(count: int, outcome: Failed = FAILURE) -> Events:
    """So many failed jobs."""
    jobs = [f"t.{number}" for number in range(1, count + 1)]
    return [e for j in jobs for e in (proposed(j), claimed(j), finished(j, outcome))]


def test_more_failures_than_allowed_end_a_trial_as_failed() -> None:
    """As many as are allowed do not."""
    strict = submitted(budget={"jobs": 10, "max_failures": 1})
    assert following([strict, *failures(1)]) == []
    end = end_of([strict, *failures(2)])
    assert (end.end, end.reason, end.message) == ("failed", "max_failures", "2 jobs failed")


def test_no_failure_allowed_means_none() -> None:
    """Zero is a number."""
    strict = submitted(budget={"jobs": 10, "max_failures": 0})
    assert end_of([strict, *failures(1)]).reason == "max_failures"


def test_a_hopeless_trial_is_ended() -> None:
    """Ten failures in a row from the first on: the target is broken."""
    patient = submitted(budget={"jobs": 100})
    assert following([patient, *failures(HOPELESS - 1)]) == []
    end = end_of([patient, *failures(HOPELESS)])
    assert (end.end, end.reason) == ("failed", "hopeless")


def test_failures_after_a_success_are_no_reason_to_end() -> None:
    """The target works for some params at least."""
    patient = submitted(budget={"jobs": 100})
    good: Events = [proposed("t.99"), claimed("t.99"), finished("t.99")]
    assert following([patient, *good, *failures(HOPELESS)]) == []


def test_a_target_that_cannot_start_ends_its_trial_at_once() -> None:
    """Each further job would fail the same way."""
    missing = Failed(reason="image_unavailable", message="no image nope:1")
    end = end_of([submitted(), *failures(1, missing)])
    assert (end.end, end.reason, end.message) == ("failed", "hopeless", "no image nope:1")
