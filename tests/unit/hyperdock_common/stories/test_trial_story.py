"""A trial's story: what people do, how it ends, and that it stays short."""

from dataclasses import replace
from typing import Any

import pytest

from hyperdock_common.events import (
    AttemptLost,
    Event,
    ForkedFrom,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStopRequested,
    Point,
    PointsAdded,
    RecordedEvent,
    Succeeded,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialEvent,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
)
from hyperdock_common.stories import TrialStory
from hyperdock_common.testing.builders import recorded

SPEC: dict[str, Any] = {
    "objective": "maximize",
    "algorithm": {"name": "auto"},
    "parallelism": 4,
    "budget": {"jobs": 9, "wall_time": 60, "target_loss": 0.1, "max_failures": 3},
}
SUBMITTED = TrialSubmitted(trial_id="t", spec=SPEC)


def by(who: str | None, *events: Event) -> list[RecordedEvent]:
    """Events that somebody asked for."""
    return [replace(each, envelope=replace(each.envelope, actor=who)) for each in recorded(events)]


def finished(number: int, loss: float) -> JobFinished:
    """A job ends well."""
    return JobFinished(
        trial_id="t",
        job_id=f"t.{number}",
        attempt=1,
        worker_id="w",
        outcome=Succeeded(loss=loss),
    )


def texts(*records: RecordedEvent, most: int = 20) -> list[str]:
    """The sentences of a trial."""
    story = TrialStory(most)
    for record in records:
        story.add(record)
    return [each.text for each in story.sentences({})]


LIMITS = "at most 9 jobs, 60 s at most, until a loss of 0.1, at most 3 failures"
POINTS = [Point(point_id="p", params={}), Point(point_id="q", params={}, loss=1.0)]


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (SUBMITTED, f"submitted by ann: auto proposes, 4 at a time, {LIMITS}"),
        (
            TrialSubmitted(
                trial_id="t",
                spec={"algorithm": {"name": "random"}, "points": [{}]},
                forked_from=ForkedFrom(trial_id="old", position=1200, results=7),
                paused=True,
            ),
            (
                "submitted by ann: random proposes, with 1 point, "
                "forked from old at position 1,200 with 7 results, paused at first"
            ),
        ),
        (TrialPaused(trial_id="t"), "paused by ann"),
        (TrialResumed(trial_id="t"), "resumed by ann"),
        (
            TrialChanged(trial_id="t", budget={"jobs": 5}, parallelism=2, priority=1),
            "changed by ann: 2 at a time, priority 1, at most 5 jobs",
        ),
        (TrialAnnotated(trial_id="t", notes="# a", tags=["b"]), "annotated by ann: notes, tags b"),
        (TrialAnnotated(trial_id="t", tags=[]), "annotated by ann: tags none"),
        (TrialArchived(trial_id="t", archived=True), "archived by ann"),
        (TrialArchived(trial_id="t", archived=False), "taken out of the archive by ann"),
        (
            PointsAdded(trial_id="t", points=POINTS),
            "2 points added by ann, 1 of them evaluated elsewhere",
        ),
        (
            TrialStopRequested(trial_id="t", end="stopped", reason="user"),
            "a stop was asked for by ann",
        ),
        (
            TrialStopRequested(trial_id="t", end="failed", reason="hopeless"),
            "to end as failed: there was no hope for it",
        ),
        (JobStopRequested(trial_id="t", job_id="t.2", reason="user"), "job 2 to be stopped by ann"),
    ],
)
def test_what_is_done_with_a_trial_is_told(event: TrialEvent, text: str) -> None:
    """And who did it."""
    assert texts(*by("ann", event)) == [text]


@pytest.mark.parametrize(
    ("reason", "message", "text"),
    [
        ("jobs", "", "all jobs of its budget were done"),
        ("space", "", "all points of its space were done"),
        ("no_success", "none of 3 jobs succeeded", "none of 3 jobs succeeded"),
        ("target_loss", "", "the target loss was reached"),
        ("wall_time", "", "its time was up"),
        ("max_failures", "", "too many jobs had failed"),
        ("optimizer", "", "its optimizer failed"),
    ],
)
def test_every_end_is_told(reason: str, message: str, text: str) -> None:
    """By its message, or by the word of the log."""
    end = TrialFinished(trial_id="t", end="completed", reason=reason, message=message)
    told = texts(*by(None, finished(1, 0.5), end))
    assert told[-1] == f"ended as completed: {text}; 1 job (1 succeeded); the best is 0.5 of job 1"


def test_why_a_trial_was_to_end_is_told_once() -> None:
    """The end follows from that, and adds how many jobs there were."""
    stop = TrialStopRequested(trial_id="t", end="completed", reason="wall_time", message="9 s over")
    end = TrialFinished(trial_id="t", end="completed", reason="wall_time", message="9 s over")
    told = texts(*by(None, SUBMITTED, finished(1, 0.5), stop, end))
    assert told[-2].startswith("to end as completed: 9 s over")
    assert told[-1].startswith("ended as completed; 1 job")


def test_each_new_best_is_told_and_no_other_result() -> None:
    """More is better where the trial says so."""
    results = [finished(number, loss) for number, loss in enumerate([1.0, 0.5, 2.0, 2.0], 1)]
    told = texts(*by(None, SUBMITTED, *results))
    assert told[1:] == [
        "job 1: loss 1, the first result",
        "job 3: loss 2, the best so far (job 1 had 1)",
    ]


def test_a_retraction_tells_the_best_that_is_left() -> None:
    """After the end of the trial there is no optimizer any more."""
    end = TrialFinished(trial_id="t", end="completed", reason="jobs")
    gone = [JobRetracted(trial_id="t", job_id=f"t.{number}") for number in (1, 2)]
    told = texts(*by("bob", finished(1, 0.1), finished(2, 0.2), gone[0], end, gone[1]))
    anew = "; the optimizer began anew without it"
    assert told[1] == f"result of job 1 (loss 0.1) retracted by bob{anew}; the best is 0.2 of job 2"
    assert told[-1] == "result of job 2 (loss 0.2) retracted by bob; no result is left"


def test_other_versions_are_told_when_they_change() -> None:
    """The same ones once more are not."""
    proposals = [
        JobProposed(
            trial_id="t", job_id=f"t.{n}", number=n, params={}, versions={"nevergrad": version}
        )
        for n, version in enumerate(["1.0", "1.0", "1.1"], 1)
    ]
    assert texts(*by(None, *proposals)) == [
        "job 1 proposed with nevergrad 1.0",
        "job 3 proposed with nevergrad 1.1",
    ]


def test_a_long_story_tells_the_first_and_the_last_of_a_kind() -> None:
    """And how many there were in between, at the place of the last of those."""
    losses = [
        AttemptLost(trial_id="t", job_id=f"t.{n}", attempt=1, worker_id="w", reason="gone")
        for n in range(1, 2001)
    ]
    story = TrialStory(2)
    for record in recorded(losses):
        story.add(record)
    told = story.sentences({})
    assert [each.position for each in told] == [1, 2, 1998, 1999, 2000]
    assert (told[2].text, told[2].events) == ("1,996 more attempts were lost", 1996)


def test_a_cause_of_long_ago_has_to_be_looked_for() -> None:
    """One that came shortly before is remembered."""
    end = TrialFinished(trial_id="t", end="completed", reason="jobs", message="done")
    records = by(None, *(finished(n, float(n)) for n in range(1, 1001)), end)
    first, last = records[0], records[-2]
    for cause, unknown in [(first, {first.envelope.event_id}), (last, set())]:
        story = TrialStory()
        named = replace(records[-1].envelope, causation_id=cause.envelope.event_id)
        for record in [*records[:-1], replace(records[-1], envelope=named)]:
            story.add(record)
        assert story.unknown() == unknown
        told = story.sentences({first.envelope.event_id: first})[-1]
        number = cause.position
        assert told.text.startswith(f"ended as completed because job {number} ended: done; ")
        assert told.because is not None
        assert told.because.position == number
