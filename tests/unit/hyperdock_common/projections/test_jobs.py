"""The jobs view: what each event makes of a job's document."""

from dataclasses import replace
from typing import Any

import pytest

from hyperdock_common.events import (
    Cancelled,
    Event,
    Failed,
    JobEvent,
    JobFinished,
    JobRetracted,
    JobStarted,
    JobStopRequested,
    MetricReported,
    Outcome,
    Pruned,
    Succeeded,
    TrialPaused,
)
from hyperdock_common.projections import jobs
from hyperdock_common.testing.builders import (
    attempt_lost,
    claimed,
    finished,
    proposed,
    recorded,
    registered,
    submitted,
)

STARTED = JobStarted(
    trial_id="t1", job_id="t1-job-1", attempt=1, worker_id="w1", runner={"container": "c1"}
)


def shown(*events: Event) -> Any:
    """The job's document after its proposal at second 100 and these events, a second apart."""
    doc: Any = None
    for second, event in enumerate([proposed(1), *events], 100):
        (record,) = recorded([event], at=float(second))
        assert jobs.keys(event) == ("t1-job-1",)
        doc = jobs.fold(doc, record)
    return doc


def test_a_proposed_job_is_pending() -> None:
    """With its params, and nothing yet of how it went."""
    doc = shown()
    assert (doc["job_id"], doc["trial_id"], doc["number"]) == ("t1-job-1", "t1", 1)
    assert (doc["state"], doc["params"], doc["proposed_at"]) == ("pending", {"x": 1.0}, 100.0)
    assert (doc["attempt"], doc["worker_id"], doc["attempts"]) == (0, None, [])
    assert (doc["loss"], doc["finished_at"]) == (None, None)


def test_a_claimed_job_runs_an_attempt() -> None:
    """Which is listed with its worker and slot."""
    doc = shown(claimed(1, slot=3))
    assert (doc["state"], doc["attempt"], doc["worker_id"]) == ("running", 1, "w1")
    assert doc["attempts"] == [
        {
            "attempt": 1,
            "worker_id": "w1",
            "slot": 3,
            "claimed_at": 101.0,
            "started_at": None,
            "ended_at": None,
            "lost": None,
            "runner": None,
            "exit": None,
        }
    ]


def test_a_start_is_noted_with_what_the_runner_tells() -> None:
    """At the job and at its attempt."""
    doc = shown(claimed(1), STARTED)
    (attempt,) = doc["attempts"]
    assert (doc["started_at"], attempt["started_at"]) == (102.0, 102.0)
    assert attempt["runner"] == {"container": "c1"}


def test_the_last_metric_is_shown() -> None:
    """The whole curve is in the metrics view."""
    metrics = [
        MetricReported(
            trial_id="t1",
            job_id="t1-job-1",
            attempt=1,
            worker_id="w1",
            step=step,
            values={"loss": 1 / step},
        )
        for step in (1, 2)
    ]
    assert shown(claimed(1), *metrics)["last_metric"] == {"step": 2, "values": {"loss": 0.5}}


def test_a_lost_attempt_is_kept_with_its_reason() -> None:
    """The job waits again, and the next attempt is listed beside the first."""
    doc = shown(claimed(1), attempt_lost(1))
    assert (doc["state"], doc["worker_id"]) == ("pending", None)
    assert (doc["attempts"][0]["ended_at"], doc["attempts"][0]["lost"]) == (102.0, "lease_expired")
    doc = shown(claimed(1), attempt_lost(1), claimed(1, attempt=2, worker_id="w2"))
    assert (doc["state"], doc["attempt"], doc["worker_id"]) == ("running", 2, "w2")
    assert [each["attempt"] for each in doc["attempts"]] == [1, 2]


@pytest.mark.parametrize(
    ("outcome", "state", "told"),
    [
        (Succeeded(loss=0.5), "succeeded", {"loss": 0.5, "reason": "", "message": ""}),
        (
            Failed(reason="exit_code", message="exit code 3"),
            "failed",
            {"loss": None, "reason": "exit_code", "message": "exit code 3"},
        ),
        (Pruned(step=7), "pruned", {"loss": None, "message": "pruned at step 7"}),
        (Cancelled(reason="user"), "cancelled", {"loss": None, "reason": "user"}),
    ],
)
def test_a_job_is_shown_as_it_ended(outcome: Outcome, state: str, told: dict[str, Any]) -> None:
    """With what its worker tells about the end."""
    end = JobFinished(
        trial_id="t1",
        job_id="t1-job-1",
        attempt=1,
        worker_id="w1",
        outcome=outcome,
        metrics={"accuracy": 0.9},
        graphs=[{"name": "loss"}],
        runner={"exit_code": 0},
    )
    doc = shown(claimed(1), end)
    assert (doc["state"], doc["finished_at"]) == (state, 102.0)
    assert {key: doc[key] for key in told} == told
    assert (doc["metrics"], doc["graphs"]) == ({"accuracy": 0.9}, [{"name": "loss"}])
    assert (doc["attempts"][0]["ended_at"], doc["attempts"][0]["exit"]) == (102.0, {"exit_code": 0})


def test_a_late_result_names_the_attempt_that_gave_it() -> None:
    """Though another one has begun meanwhile, which was lost to it."""
    doc = shown(
        claimed(1),
        attempt_lost(1),
        claimed(1, attempt=2, worker_id="w2"),
        attempt_lost(1, attempt=2, worker_id="w2"),
        finished(1, attempt=1),
    )
    assert (doc["state"], doc["attempt"], doc["worker_id"]) == ("succeeded", 1, "w1")
    assert [each["ended_at"] for each in doc["attempts"]] == [105.0, 104.0]


def test_a_job_that_ended_waiting_had_no_worker() -> None:
    """No attempt is invented for it."""
    doc = shown(finished(1, Cancelled(reason="user"), worker_id=None))
    assert (doc["state"], doc["attempt"], doc["worker_id"]) == ("cancelled", 0, None)
    assert doc["attempts"] == []


def test_a_requested_stop_is_shown() -> None:
    """While the job still runs."""
    stop = JobStopRequested(trial_id="t1", job_id="t1-job-1", reason="user")
    doc = shown(claimed(1), stop)
    assert (doc["state"], doc["stop_requested"]) == ("running", "user")


def test_a_fold_leaves_the_document_before_as_it_was() -> None:
    """It is pure: the same fold again gives the same."""
    doc = shown(claimed(1))
    attempts = [dict(each) for each in doc["attempts"]]
    (record,) = recorded([finished(1)])
    assert jobs.fold(doc, record) == jobs.fold(doc, record)
    assert (doc["state"], doc["attempts"]) == ("running", attempts)


def test_events_of_trials_and_workers_change_no_job() -> None:
    """Each job has events of its own."""
    for event in (submitted(), TrialPaused(trial_id="t1"), registered()):
        assert jobs.keys(event) == ()


def test_no_event_comes_before_the_proposal() -> None:
    """A log like that is broken."""
    events: list[JobEvent] = [claimed(1), finished(1)]
    for event in events:
        with pytest.raises(ValueError, match="before the proposal"):
            jobs.fold(None, recorded([event])[0])


def test_a_retracted_result_is_kept_apart() -> None:
    """It is no loss any more that anybody sorts by; what it was can still be seen."""
    retracted = JobRetracted(trial_id="t1", job_id="t1-job-1", reason="wrong data")
    doc = shown(claimed(1), finished(1, Succeeded(loss=0.5)), retracted)
    assert (doc["state"], doc["loss"]) == ("succeeded", None)
    assert doc["retracted"] == {"reason": "wrong data", "at": 103.0, "loss": 0.5}


def test_a_job_tells_who_proposed_it() -> None:
    """The optimizer, or a user with a point, or one who wants another job again."""
    assert (shown()["origin"], shown()["point_id"], shown()["retry_of"]) == (
        "optimizer",
        None,
        None,
    )
    retry = replace(proposed(1), origin="retry", point_id="p1", retry_of="t1.3")
    (record,) = recorded([retry])
    doc = jobs.fold(None, record)
    assert (doc["origin"], doc["point_id"], doc["retry_of"]) == ("retry", "p1", "t1.3")
