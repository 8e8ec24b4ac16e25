"""Programs that come, give signs of life, and go."""

from collections.abc import Sequence
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import (
    AttemptLost,
    AttemptRef,
    Cancelled,
    Event,
    Heartbeat,
    JobClaimed,
    JobFinished,
    JobStopRequested,
    TrialFinished,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_gateway.evaluators.programs import find_program
from hyperdock_gateway.evaluators.registering import sign_of_life

EXTERNAL: Any = {"command": None, "external": True}


@pytest.fixture
def trial(world: World) -> str:
    """A trial whose jobs are for programs."""
    return world.add_trial(**EXTERNAL)


@pytest.fixture
def program(api: Api, trial: str) -> str:
    """A program of that trial."""
    answer = api.post(f"/trials/{trial}/evaluators", json={"name": "p", "slots": 3})
    return str(answer.json()["evaluator_id"])


def claim(world: World, program: str, job_id: str) -> None:
    """The program gets a job."""
    trial_id = job_id.rpartition(".")[0]
    world.publish(
        JobClaimed(trial_id=trial_id, job_id=job_id, attempt=1, worker_id=program, slot=0)
    )


def beat(api: Api, program: str, *jobs: str) -> list[str]:
    """Sends a heartbeat; the jobs that are to be given up."""
    attempts = [{"job_id": job_id, "attempt": 1} for job_id in jobs]
    answer = api.post(f"/evaluators/{program}/heartbeat", json={"attempts": attempts})
    assert answer.status_code == 200, answer.text
    stop: list[str] = answer.json()["stop"]
    return stop


def facts(world: World, after: int) -> Sequence[Event]:
    """What was recorded since."""
    return [record.event for record in world.log.read(after)]


def test_a_program_is_a_worker_of_its_trial(api: Api, world: World, trial: str) -> None:
    """With a runtime that nobody else has, in the trial's pool, under the name that it gave."""
    answer = api.post(f"/trials/{trial}/evaluators", json={"name": "laptop", "slots": 2})
    assert answer.status_code == 201
    document = answer.json()
    assert (document["trial_id"], document["heartbeat_seconds"]) == (trial, 5.0)
    (worker,) = api.get("/workers").json()["items"]
    assert worker["worker_id"] == document["evaluator_id"]
    assert (worker["host"], worker["slots"]) == ("laptop", 2)
    assert (worker["runtimes"], worker["pool"]) == ([f"external:{trial}"], "default")
    assert world.log.head() == 2


def test_nobody_registers_for_what_has_ended_or_is_not_external(api: Api, world: World) -> None:
    """409; nothing is recorded."""
    plain, over = world.add_trial(), world.add_trial("tune-bbbbbb", **EXTERNAL)
    world.publish(TrialFinished(trial_id=over, end="completed", reason="jobs"))
    head = world.log.head()
    for trial_id in (plain, over):
        assert api.post(f"/trials/{trial_id}/evaluators").status_code == 409
    assert world.log.head() == head


def test_a_program_that_is_here_gives_a_heartbeat(world: World, trial: str, program: str) -> None:
    """Of the attempts that it names; of none where it does not say."""
    found = find_program(world.services, program)
    ref = AttemptRef(trial_id=trial, job_id=f"{trial}.1", attempt=1)
    assert sign_of_life(found, world.services, [ref]) == Heartbeat(
        worker_id=program, attempts=[ref]
    )
    assert sign_of_life(found, world.services) == Heartbeat(worker_id=program)


def test_a_program_that_was_given_up_registers_again(
    world: World, trial: str, program: str
) -> None:
    """With what it still holds and names; with all of it where it does not say."""
    jobs = [world.add_job(trial, number) for number in (1, 2)]
    for job_id in jobs:
        claim(world, program, job_id)
    world.publish(WorkerLost(worker_id=program, reason="silent"))
    found = find_program(world.services, program)
    refs = [AttemptRef(trial_id=trial, job_id=job_id, attempt=1) for job_id in jobs]
    foreign = AttemptRef(trial_id=trial, job_id=f"{trial}.9", attempt=1)
    again = sign_of_life(found, world.services, [refs[1], foreign])
    assert isinstance(again, WorkerRegistered)
    assert (again.attempts, again.slots, again.host) == ([refs[1]], 3, "p")
    silent = sign_of_life(found, world.services)
    assert isinstance(silent, WorkerRegistered)
    assert silent.attempts == refs


def test_a_heartbeat_says_what_to_give_up(api: Api, world: World, trial: str, program: str) -> None:
    """What was never its own, is lost, or has ended; it keeps the rest."""
    mine, others, ended, lost = (world.add_job(trial, number) for number in (1, 2, 3, 4))
    for job_id in (mine, ended, lost):
        claim(world, program, job_id)
    world.end_job(ended, 1.0)
    gone = AttemptLost(trial_id=trial, job_id=lost, attempt=1, worker_id=program, reason="why")
    world.publish(gone)
    unknown = f"{trial}.99"
    expected = [others, ended, lost, unknown]
    assert beat(api, program, mine, others, ended, lost, unknown) == expected


def test_a_job_that_is_to_stop_ends_with_the_heartbeat_that_says_so(
    api: Api, world: World, trial: str, program: str
) -> None:
    """Its program knows it now; told twice, it ends once."""
    job_id = world.add_job(trial, 1)
    claim(world, program, job_id)
    world.publish(JobStopRequested(trial_id=trial, job_id=job_id, reason="user"))
    head = world.log.head()
    assert beat(api, program, job_id) == [job_id]
    assert beat(api, program, job_id) == [job_id]
    ends = [each for each in facts(world, head) if isinstance(each, JobFinished)]
    assert [(each.job_id, each.outcome) for each in ends] == [(job_id, Cancelled(reason="user"))]


def test_who_leaves_gives_up_what_it_holds(
    api: Api, world: World, trial: str, program: str
) -> None:
    """Then it is gone; leaving again is nothing new, nor are heartbeats that come late."""
    job_id = world.add_job(trial, 1)
    claim(world, program, job_id)
    head = world.log.head()
    for _ in range(2):
        answer = api.call("DELETE", f"/api/v1/evaluators/{program}")
        assert (answer.status_code, answer.content) == (204, b"")
    assert [type(each) for each in facts(world, head)] == [AttemptLost, WorkerLeft]
    assert beat(api, program, job_id) == [job_id]
    assert len(facts(world, head)) == 2


def test_workers_are_no_evaluators(api: Api, world: World) -> None:
    """404, as for what was never there."""
    world.add_worker("w")
    for name in ("w", "nothing"):
        assert api.post(f"/evaluators/{name}/heartbeat").status_code == 404
        assert api.call("DELETE", f"/api/v1/evaluators/{name}").status_code == 404
