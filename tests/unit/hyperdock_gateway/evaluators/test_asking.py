"""Handing programs their jobs, over a recorder that gives every claim what it wants."""

from collections.abc import Sequence
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import (
    Envelope,
    JobClaimed,
    JobStarted,
    JobStopRequested,
    TrialFinished,
    TrialPaused,
    TrialStopRequested,
    WorkerDrainSet,
    WorkerLeft,
)


@pytest.fixture
def trial(world: World) -> str:
    """A trial whose jobs are for programs."""
    return world.add_trial(command=None, external=True)


@pytest.fixture
def program(api: Api, trial: str) -> str:
    """A program of that trial."""
    answer = api.post(f"/trials/{trial}/evaluators", json={"slots": 2})
    return str(answer.json()["evaluator_id"])


def ask(api: Api, program: str, wait: float = 0) -> Any:
    """The answer to an ask."""
    return api.post(f"/evaluators/{program}/ask", json={"wait": wait})


def test_the_first_that_waits_is_handed_out(
    api: Api, world: World, trial: str, program: str
) -> None:
    """Claimed and started, with its params; the next one follows."""
    jobs = [world.add_job(trial, number) for number in (1, 2, 3)]
    world.publish(JobStopRequested(trial_id=trial, job_id=jobs[1], reason="user"))
    answer = ask(api, program)
    assert answer.status_code == 200
    assert answer.json() == {
        "job_id": jobs[0],
        "trial_id": trial,
        "number": 1,
        "attempt": 1,
        "params": {"x": 0.1},
    }
    shown = api.get(f"/jobs/{jobs[0]}").json()
    assert (shown["state"], shown["worker_id"]) == ("running", program)
    assert shown["started_at"] is not None
    assert ask(api, program).json()["job_id"] == jobs[2], "what is to stop is not begun"
    slots = [record.event.slot for record in world.log.read(0) if _is_claim(record.event)]  # type: ignore[union-attr]
    assert slots == [0, 1]


def test_there_may_be_none_now(api: Api, world: World, trial: str, program: str) -> None:
    """204 without a body: nothing waits, the trial is paused, or the program is drained."""
    assert (ask(api, program).status_code, ask(api, program).content) == (204, b"")
    assert ask(api, program, 0.3).status_code == 204
    world.add_job(trial, 1)
    world.publish(WorkerDrainSet(worker_id=program, draining=True))
    assert ask(api, program).status_code == 204
    world.publish(WorkerDrainSet(worker_id=program, draining=False))
    world.publish(TrialPaused(trial_id=trial))
    assert ask(api, program).status_code == 204


def test_there_may_be_none_ever_again(api: Api, world: World, trial: str, program: str) -> None:
    """410 once the trial stops; who asks after its end has left."""
    world.add_job(trial, 1)
    world.publish(TrialStopRequested(trial_id=trial, end="stopped", reason="user"))
    assert ask(api, program, 30).status_code == 410
    assert api.get(f"/workers/{program}").json()["state"] == "alive"
    world.end_job(f"{trial}.1", 1.0)
    world.publish(TrialFinished(trial_id=trial, end="stopped", reason="user"))
    assert ask(api, program).status_code == 410
    assert api.get(f"/workers/{program}").json()["state"] == "left"
    assert ask(api, program).status_code == 410


def test_who_has_left_is_told_to_register(api: Api, world: World, program: str) -> None:
    """409: another trial's end is not its affair."""
    world.publish(WorkerLeft(worker_id=program))
    answer = ask(api, program)
    assert answer.status_code == 409
    assert "register" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [{"wait": -1}, {"wait": 31}, {"wait": "1"}, {"wait": None}, {"slots": 1}, []]
)
def test_what_is_no_wish_is_refused(api: Api, program: str, body: Any) -> None:
    """A 422."""
    assert api.post(f"/evaluators/{program}/ask", json=body).status_code == 422


class Robbed:
    """A bus that records another program's claim before each claim, and drops the late one."""

    def __init__(self, world: World) -> None:
        self._world = world

    def publish(self, batch: Sequence[Envelope], _timeout: float) -> None:
        """Lets the other one win."""
        for event in (each.event for each in batch):
            if isinstance(event, JobClaimed):
                self._world.publish(
                    JobClaimed(
                        trial_id=event.trial_id,
                        job_id=event.job_id,
                        attempt=event.attempt,
                        worker_id="w",
                        slot=0,
                    )
                )
        kept = [each for each in batch if not isinstance(each.event, JobClaimed | JobStarted)]
        if kept:
            self._world.bus.publish(kept)


def test_a_claim_that_is_lost_is_nobodys_job(
    api: Api, world: World, trial: str, program: str
) -> None:
    """Others were faster with each: there is none for now, and nobody waits for the verdict."""
    world.add_worker("w")
    for number in (1, 2, 3):
        world.add_job(trial, number)
    assert ask(api.with_services(bus=Robbed(world)), program).status_code == 204
    claims = [record.event for record in world.log.read(0) if _is_claim(record.event)]
    assert len(claims) == 3, "it has tried each of them"


class PausesFirst(Robbed):
    """A bus on whose way the trial is paused before a claim comes, which is dropped then."""

    def publish(self, batch: Sequence[Envelope], _timeout: float) -> None:
        """Pauses the trial."""
        for event in (each.event for each in batch):
            if isinstance(event, JobClaimed):
                self._world.publish(TrialPaused(trial_id=event.trial_id))


def test_a_claim_that_comes_too_late_is_not_waited_for(
    api: Api, world: World, trial: str, program: str
) -> None:
    """A paused trial's jobs are claimed by nobody."""
    world.add_job(trial, 1)
    assert ask(api.with_services(bus=PausesFirst(world)), program).status_code == 204


def _is_claim(event: object) -> bool:
    return isinstance(event, JobClaimed)
