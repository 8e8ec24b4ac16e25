"""What of a trial's stream counts for suppositions."""

from typing import Any

import pytest
from tests.unit.hyperdock_optimizers.what_if.told import TRIAL, Job, records, trial

from hyperdock_common.events import (
    Cancelled,
    Event,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobRetracted,
    RecordedEvent,
    Succeeded,
)
from hyperdock_common.testing.builders import envelope
from hyperdock_optimizers.what_if import RecordedTrial, read_trial


def with_more(jobs: list[Job], *events: Event) -> RecordedTrial:
    """The trial with events behind the others."""
    told = records(jobs)
    for event in events:
        last = told[-1]
        more = RecordedEvent(
            position=last.position + 1, recorded_at=200.0, envelope=envelope(event, 200.0)
        )
        told.append(more)
    found = read_trial(told)
    assert found is not None
    return found


def test_jobs_have_their_losses_and_their_seconds() -> None:
    """A failure has no loss; one that says nothing about the params is told apart."""
    found = trial(
        [Job(loss=2.0, seconds=5), Job(loss=None), Job(loss=None, reason="attempts_exhausted")]
    )
    assert [(job.loss, job.state) for job in found.ended] == [
        (2.0, "succeeded"),
        (None, "failed"),
        (None, "lost"),
    ]
    assert [job.seconds for job in found.ended] == [5, 10, 0]
    assert found.best is found.jobs[1]


def test_a_job_took_what_the_attempt_took_that_ended_it() -> None:
    """Though its lease was lost, and another one had begun."""
    told = records([Job(loss=1.0, seconds=10)])
    name: dict[str, Any] = {"trial_id": TRIAL, "job_id": f"{TRIAL}.1"}
    second = JobClaimed(**name, attempt=2, worker_id="v", slot=0)
    claimed = RecordedEvent(position=4, recorded_at=107.0, envelope=envelope(second, 107.0))
    found = read_trial([*told[:-1], claimed, told[-1]])
    assert found is not None
    assert [job.seconds for job in found.ended] == [10]


@pytest.mark.parametrize(("origin", "kept"), [("optimizer", "retry"), ("enqueued", "enqueued")])
def test_a_retry_of_a_point_is_its_users_still(origin: Any, kept: str) -> None:
    """That of a proposal is the recorded algorithm's."""
    first: dict[str, Any] = {"trial_id": TRIAL, "job_id": f"{TRIAL}.2"}
    again: dict[str, Any] = {"trial_id": TRIAL, "job_id": f"{TRIAL}.3"}
    found = with_more(
        [Job(loss=1.0)],
        JobProposed(**first, number=2, params={"x": 0.25}, origin=origin),
        JobProposed(
            **again, number=3, params={"x": 0.25}, origin="retry", retry_of=first["job_id"]
        ),
    )
    assert found.jobs[3].origin == kept


def test_what_is_maximized_is_turned_round() -> None:
    """Smaller is better everywhere here."""
    found = trial([Job(loss=2.0, curve=[1.0]), Job(loss=3.0)], objective="maximize")
    assert found.best is found.jobs[2]
    assert [job.loss for job in found.ended] == [-2.0, -3.0]


def test_a_retracted_result_is_none() -> None:
    """The job has run all the same."""
    found = with_more(
        [Job(loss=1.0), Job(loss=2.0)], JobRetracted(trial_id=TRIAL, job_id=f"{TRIAL}.1")
    )
    assert len(found.ended) == 2
    assert found.best is found.jobs[2]


@pytest.mark.parametrize(("origin", "ended", "results"), [("imported", 1, 2), ("enqueued", 2, 2)])
def test_what_was_evaluated_elsewhere_is_a_result_and_no_run(
    origin: Any, ended: int, results: int
) -> None:
    """It cost nothing here."""
    job: dict[str, Any] = {"trial_id": TRIAL, "job_id": f"{TRIAL}.2"}
    proposed = JobProposed(**job, number=2, params={"x": 0.25}, origin=origin)
    end = JobFinished(**job, attempt=1, worker_id=None, outcome=Succeeded(loss=0.5))
    found = with_more([Job(loss=1.0)], proposed, end)
    assert (len(found.ended), len(found.results)) == (ended, results)


def test_what_was_cancelled_never_ended() -> None:
    """Nobody knows what it would have come to."""
    job: dict[str, Any] = {"trial_id": TRIAL, "job_id": f"{TRIAL}.2"}
    found = with_more(
        [Job(loss=1.0)],
        JobProposed(**job, number=2, params={"x": 0.25}),
        JobClaimed(**job, attempt=1, worker_id="w", slot=0),
        JobFinished(**job, attempt=1, worker_id="w", outcome=Cancelled(reason="user")),
    )
    assert [each.number for each in found.ended] == [1]


def test_a_stream_that_begins_otherwise_is_no_trial() -> None:
    """As that of a trial that is not there."""
    assert read_trial([]) is None
    assert read_trial(records([Job(loss=1.0)])[1:]) is None
