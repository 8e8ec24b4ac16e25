"""What programs say of their jobs."""

from typing import Any

import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import (
    AttemptLost,
    Cancelled,
    Failed,
    Heartbeat,
    JobClaimed,
    JobFinished,
    JobStopRequested,
    MetricReported,
    Succeeded,
)


@pytest.fixture
def program(api: Api, world: World) -> str:
    """A program with a job."""
    trial_id = world.add_trial(command=None, external=True)
    evaluator = str(api.post(f"/trials/{trial_id}/evaluators").json()["evaluator_id"])
    job_id = world.add_job(trial_id, 1)
    world.publish(
        JobClaimed(trial_id=trial_id, job_id=job_id, attempt=1, worker_id=evaluator, slot=0)
    )
    return evaluator


JOB = "tune-aaaaaa.1"
NAMES: dict[str, Any] = {"trial_id": "tune-aaaaaa", "job_id": JOB}


def say(api: Api, program: str, verb: str, **body: Any) -> Any:
    """Tells or reports of the job."""
    return api.post(f"/evaluators/{program}/{verb}", json={"job_id": JOB, "attempt": 1, **body})


def ends(world: World) -> list[Any]:
    """How the job ended, as often as it did."""
    events = [record.event for record in world.log.read(0)]
    return [each.outcome for each in events if isinstance(each, JobFinished)]


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"loss": 2}, Succeeded(loss=2.0)),
        ({"loss": 0}, Succeeded(loss=0.0)),
        ({"failed": {}}, Failed(reason="reported_fail")),
        ({"failed": {"reason": "out_of_memory"}}, Failed(reason="out_of_memory")),
        ({"failed": {"message": "m"}}, Failed(reason="reported_fail", message="m")),
    ],
)
def test_an_end_is_recorded_as_it_is_told(
    api: Api, world: World, program: str, told: Any, outcome: Any
) -> None:
    """Once; the same told again is answered alike."""
    first, again = say(api, program, "tell", **told), say(api, program, "tell", **told)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert ends(world) == [outcome]


def test_the_same_may_be_told_of_what_was_retracted_since(
    api: Api, world: World, program: str
) -> None:
    """The answer shows what became of it."""
    assert say(api, program, "tell", loss=1).status_code == 200
    assert api.post(f"/jobs/{JOB}/retract").status_code == 200
    assert say(api, program, "tell", loss=1).json()["retracted"]["loss"] == 1.0
    assert say(api, program, "tell", loss=2).status_code == 409
    assert len(ends(world)) == 1


def test_a_job_that_was_to_stop_is_given_up_as_cancelled(
    api: Api, world: World, program: str
) -> None:
    """For the reason for which it was to stop."""
    world.publish(JobStopRequested(**NAMES, reason="user"))
    assert say(api, program, "tell", failed={"reason": "stopped"}).status_code == 200
    assert ends(world) == [Cancelled(reason="user")]


def test_only_a_loss_counts_once_the_lease_is_lost(api: Api, world: World, program: str) -> None:
    """A failure may have the same cause as the loss of the lease."""
    world.publish(AttemptLost(**NAMES, attempt=1, worker_id=program, reason="silent"))
    assert say(api, program, "report", step=1, values={"a": 1}).status_code == 409
    assert say(api, program, "tell", failed={}).status_code == 409
    assert ends(world) == []
    assert say(api, program, "tell", loss=1).status_code == 200


def test_a_report_is_recorded_and_keeps_the_lease(api: Api, world: World, program: str) -> None:
    """It is a heartbeat as well; after the end there is nothing to report."""
    answer = say(api, program, "report", step=3, values={"loss": 0.5, "accuracy": 1})
    assert (answer.status_code, answer.content) == (202, b"")
    events = [record.event for record in world.log.read(0)]
    (report,) = [each for each in events if isinstance(each, MetricReported)]
    assert (report.step, report.values) == (3, {"loss": 0.5, "accuracy": 1.0})
    beats = [each for each in events if isinstance(each, Heartbeat)]
    assert [(each.worker_id, len(each.attempts)) for each in beats] == [(program, 1)]
    assert say(api, program, "tell", loss=1).status_code == 200
    assert say(api, program, "report", step=4, values={"loss": 1}).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"values": {"a": 1}}, "step"),
        ({"step": -1, "values": {"a": 1}}, "step"),
        ({"step": 1.5, "values": {"a": 1}}, "step"),
        ({"step": 1, "values": {}}, "values"),
        ({"step": 1, "values": {"a": "1"}}, "values.a"),
        ({"step": 1, "values": {"a": None}}, "values.a"),
        ({"step": 1, "values": [1]}, "values"),
        ({"step": 1, "values": {"a": 1}, "attempt": "1"}, "attempt"),
    ],
)
def test_what_is_no_report_is_refused(api: Api, program: str, body: Any, field: str) -> None:
    """A 422 that names the field."""
    answer = say(api, program, "report", **body)
    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json()["errors"]]
