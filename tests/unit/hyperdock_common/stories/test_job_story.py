"""A job's story: every origin, every outcome, every way to lose an attempt or to be stopped."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from hyperdock_common.events import (
    AttemptLost,
    Cancelled,
    Event,
    Failed,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStarted,
    JobStopRequested,
    MetricReported,
    Outcome,
    Point,
    PointsAdded,
    Pruned,
    RecordedEvent,
    Succeeded,
    TrialChanged,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerDrainSet,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.stories import JobSetting, Result, Sentence, job_story
from hyperdock_common.target import FAILURES
from hyperdock_common.testing.builders import recorded

SETTING = JobSetting(algorithm="auto", retries=1)
PROPOSED = JobProposed(trial_id="t", job_id="t.3", number=3, params={"x": 1})
CLAIMED = JobClaimed(trial_id="t", job_id="t.3", attempt=1, worker_id="w", slot=0)
STOP = JobStopRequested(trial_id="t", job_id="t.3", reason="user")


def started(runner: JsonObject) -> JobStarted:
    """A target runs."""
    return JobStarted(trial_id="t", job_id="t.3", attempt=1, worker_id="w", runner=runner)


def finished(
    outcome: Outcome, *, by: str | None = "w", attempt: int = 1, job_id: str = "t.3"
) -> JobFinished:
    """A job ends."""
    return JobFinished(
        trial_id=job_id.rpartition(".")[0],
        job_id=job_id,
        attempt=attempt,
        worker_id=by,
        outcome=outcome,
    )


def lost(reason: str = "its engine went away", attempt: int = 1) -> AttemptLost:
    """An attempt is lost."""
    return AttemptLost(trial_id="t", job_id="t.3", attempt=attempt, worker_id="w", reason=reason)


def story(
    *events: Event,
    cause: Event | None = None,
    who: str | None = None,
    setting: JobSetting = SETTING,
) -> list[Sentence]:
    """The story of these events, the last of which names a cause that stands elsewhere."""
    own = recorded(events, after=10)
    causes: Sequence[RecordedEvent] = recorded([cause] if cause else [])
    if cause is not None:
        named = replace(own[-1].envelope, causation_id=causes[0].envelope.event_id)
        own[-1] = replace(own[-1], envelope=named)
        causes = [replace(causes[0], envelope=replace(causes[0].envelope, actor=who))]
    elif who is not None:
        own[-1] = replace(own[-1], envelope=replace(own[-1].envelope, actor=who))
    return job_story(own, {each.envelope.event_id: each for each in causes}, setting)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (PROPOSED, "proposed as job 3 by the optimizer (auto)"),
        (
            replace(PROPOSED, origin="enqueued", point_id="p"),
            "proposed as job 3, a point that a user wants to be run",
        ),
        (replace(PROPOSED, origin="imported"), "entered as job 3, evaluated elsewhere"),
        (replace(PROPOSED, origin="retry", retry_of="t.1"), "proposed as job 3, job 1 once more"),
    ],
)
def test_every_origin_is_told(event: JobProposed, text: str) -> None:
    """Without a cause nothing is made up."""
    (only,) = story(event)
    assert (only.text, only.because) == (text, None)


POINT = Point(point_id="p", params={"x": 1})


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (finished(Succeeded(loss=1), job_id="t.2"), "job 2 ended and left room"),
        (finished(Succeeded(loss=1), job_id="u.2"), "job 2 of u ended and left room"),
        (TrialSubmitted(trial_id="t", spec={}), "the trial was submitted by ann"),
        (TrialResumed(trial_id="t"), "the trial was resumed by ann"),
        (TrialChanged(trial_id="t", parallelism=2), "the trial was changed by ann"),
        (TrialPaused(trial_id="u"), "trial u was paused by ann"),
        (PointsAdded(trial_id="t", points=[POINT]), "a point was added by ann"),
        (PointsAdded(trial_id="t", points=[POINT, POINT]), "points were added by ann"),
        (
            WorkerRegistered(
                worker_id="w", host="h", pool="default", slots=1, runtimes=[], version="1"
            ),
            "worker w came",
        ),
        (WorkerDrainSet(worker_id="w", draining=False), "worker w takes jobs again by ann"),
    ],
)
def test_whatever_made_room_for_a_job_is_told(cause: Event, text: str) -> None:
    """And the sentence leads to it."""
    (only,) = story(PROPOSED, cause=cause, who="ann")
    assert only.text == f"proposed as job 3 by the optimizer (auto) because {text}"
    assert only.because is not None
    assert only.because.position == 1


@pytest.mark.parametrize(
    ("runner", "text"),
    [
        ({}, "started"),
        ({"host": "h"}, "started on h"),
        ({"host": "h", "pid": 7}, "started as process 7 on h"),
        (
            {"container": "c", "image": "tune:1", "image_digest": "sha256:3f2a56789abcdef01"},
            "started in container c of image tune:1 (3f2a56789abc…)",
        ),
        ({"container": "c", "image": None}, "started in container c"),
    ],
)
def test_a_start_tells_where(runner: JsonObject, text: str) -> None:
    """As far as the runner says so."""
    assert story(started(runner))[0].text == text


@pytest.mark.parametrize("reason", sorted(FAILURES))
def test_every_failure_is_told(reason: str) -> None:
    """With what it means, and whether the optimizer learns of it."""
    text = story(CLAIMED, finished(Failed(reason=reason)))[-1].text
    is_told = reason != "attempts_exhausted"
    end = "told to the optimizer as infeasible" if is_told else "it says nothing about the params"
    assert text.startswith(f"failed ({reason.replace('_', ' ')}): {FAILURES[reason]}; ")
    assert text.endswith(end)


def test_a_failure_tells_the_targets_own_words() -> None:
    """They say more than the reason."""
    text = story(CLAIMED, finished(Failed(reason="exit_code", message="exit code 3")))[-1].text
    assert text == "failed (exit code): exit code 3; told to the optimizer as infeasible"


def test_a_failure_of_what_was_to_stop_is_not_said_to_be_told() -> None:
    """Nobody may ask that optimizer any more."""
    assert story(CLAIMED, STOP, finished(Failed(reason="no_loss")))[-1].text == (
        "failed (no loss): the target wrote no loss.json"
    )


@pytest.mark.parametrize(
    ("best", "maximizes", "compares", "text"),
    [
        (None, False, True, "ended: loss 0.4, the first result"),
        (0.5, False, True, "ended: loss 0.4, the best so far (job 2 had 0.5)"),
        (0.5, True, True, "ended: loss 0.4 (job 2 stays the best with 0.5)"),
        (0.4, False, True, "ended: loss 0.4 (job 2 stays the best with 0.4)"),
        (0.3, True, True, "ended: loss 0.4, the best so far (job 2 had 0.3)"),
        (0.3, True, False, "ended: loss 0.4"),
    ],
)
def test_a_result_is_compared(
    best: float | None, text: str, *, maximizes: bool, compares: bool
) -> None:
    """With the best one before it, where that is known."""
    before = None if best is None else Result(number=2, loss=best)
    setting = JobSetting(
        algorithm="auto", best_before=before, maximizes=maximizes, compares=compares
    )
    assert story(CLAIMED, finished(Succeeded(loss=0.4)), setting=setting)[-1].text == text


def test_a_result_from_elsewhere_and_a_late_one_say_so() -> None:
    """Neither ended as usual."""
    imported = story(replace(PROPOSED, origin="imported"), finished(Succeeded(loss=1), by=None))
    assert imported[-1].text == "evaluated elsewhere: loss 1, the first result"
    late = story(CLAIMED, lost(), finished(Succeeded(loss=1)))
    assert late[-1].text == "attempt 1 came back and ended: loss 1, the first result"


def test_a_pruned_job_tells_its_step() -> None:
    """At which it was given up."""
    assert story(CLAIMED, finished(Pruned(step=12)))[-1].text == "pruned at step 12"


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("user", ""),
        ("", ""),
        ("target_loss", " because the target loss was reached"),
        ("wall_time", " because its time was up"),
        ("max_failures", " because too many jobs had failed"),
        ("hopeless", " because there was no hope for it"),
        ("optimizer", " because its optimizer failed"),
        ("moon_phase", " because moon phase"),
    ],
)
def test_every_reason_to_cancel_is_told(reason: str, text: str) -> None:
    """Also where no cause is named; a word that is not known stands for itself."""
    waiting = story(PROPOSED, finished(Cancelled(reason=reason), by=None))
    assert waiting[-1].text == f"cancelled while it waited{text}"
    running = story(CLAIMED, finished(Cancelled(reason=reason)))
    assert running[-1].text == f"cancelled{text}"


def test_a_stop_tells_who_asked_for_it() -> None:
    """A user, or the end of the trial."""
    assert story(STOP, who="ann")[0].text == "a stop was asked for by ann"
    assert story(STOP)[0].text == "a stop was asked for"
    cause = TrialStopRequested(
        trial_id="t", end="completed", reason="target_loss", message="loss 0.1 reaches the target"
    )
    because = "because the trial was to end: loss 0.1 reaches the target"
    assert story(STOP, cause=cause)[0].text == f"to be stopped {because}"
    (only,) = story(replace(STOP, reason="wall_time"))
    assert only.text == "to be stopped because its time was up"
    by_user = replace(cause, end="stopped", reason="user", message="")
    assert story(STOP, cause=by_user, who="ann")[0].text == (
        "to be stopped because the trial was stopped by ann"
    )


def test_a_stopped_job_was_cancelled_because_of_that() -> None:
    """It leads to the stop that somebody asked for."""
    told = story(CLAIMED, STOP, finished(Cancelled(reason="user")))
    assert told[-1].text == "cancelled because it was stopped"
    assert told[-1].because is not None
    assert told[-1].because.position == told[-2].position


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (None, ""),
        (WorkerLost(worker_id="w", reason="silent"), ""),
        (WorkerLeft(worker_id="w"), " (it had left before)"),
    ],
)
def test_a_lost_attempt_is_offered_again(cause: Event | None, text: str) -> None:
    """With the count of its retries."""
    told = story(CLAIMED, lost(), cause=cause)[-1].text
    offered = "attempt 2 offered: retry 1 of 1"
    assert told == f"attempt 1 on w lost: its engine went away{text}; {offered}"


def test_the_last_attempt_is_not_offered_again() -> None:
    """Nor is one of a job that is to stop, or that a late result ends."""
    end = "attempt 2 on w lost: its engine went away"
    assert story(lost(attempt=2))[-1].text == f"{end}; no attempt is left"
    assert story(CLAIMED, STOP, lost(attempt=2))[-1].text == end
    late = finished(Succeeded(loss=1), attempt=1)
    assert story(CLAIMED, lost(attempt=2), cause=late)[-1].text == end
    cancelled = finished(Cancelled(reason="user"), by=None)
    assert story(lost(attempt=2), cancelled)[-2].text == end


def test_reports_in_a_row_are_one_sentence() -> None:
    """Those of another attempt are another."""
    reports = [
        MetricReported(
            trial_id="t",
            job_id="t.3",
            attempt=attempt,
            worker_id="w",
            step=step,
            values={"loss": 1 / step, "a": 1, "b": 2, "c": 3, "d": 4},
        )
        for attempt, step in [(1, 1), (1, 2), (1, 4), (2, 1)]
    ]
    first, second = story(*reports)
    assert first.text == "reported 3 times, the last at step 4: loss 0.25, a 1, b 2, c 3, …"
    assert (first.position, first.events) == (13, 3)
    assert second.text == "reported at step 1: loss 1, a 1, b 2, c 3, …"


@pytest.mark.parametrize(
    ("ended_at", "text"),
    [(None, "; the optimizer began anew without it"), (0.0, ""), (5.0, None)],
)
def test_a_retraction_tells_what_became_of_the_optimizer(
    ended_at: float | None, text: str | None
) -> None:
    """If there still was one: that of an ended trial is gone."""
    event = JobRetracted(trial_id="t", job_id="t.3", reason="wrong data")
    setting = JobSetting(algorithm="auto", ended_at=ended_at)
    told = story(event, who="bob", setting=setting)[0].text
    end = "; the optimizer began anew without it" if text is None else text
    assert told == f"result retracted by bob: wrong data{end}"


def test_the_life_of_a_job_is_told_as_a_chain() -> None:
    """Where no causes are named: each step follows from the one before it."""
    told = story(
        PROPOSED,
        CLAIMED,
        started({}),
        lost(),
        replace(CLAIMED, attempt=2, worker_id="v"),
        finished(Succeeded(loss=1), by="v", attempt=2),
    )
    assert [each.because and each.because.position for each in told] == [None, 11, 12, None, 14, 15]


def test_events_that_are_of_no_job_are_refused() -> None:
    """Whoever hands them over has mixed something up."""
    with pytest.raises(TypeError, match="not of a job"):
        story(TrialPaused(trial_id="t"))
