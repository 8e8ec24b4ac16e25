"""Ask and tell."""

import asyncio
import time
from collections.abc import Callable

import numpy as np
import pytest
from starlette.responses import Response
from tests.unit.hyperdock_client.stand_in import StandIn

from hyperdock_client import AsyncClient, Client, NotFound, Refused, Trial
from hyperdock_common.web import problem_response


@pytest.fixture
def trial(client: Client, gateway: StandIn) -> Trial:
    """A trial with two jobs that wait."""
    found = client.trial(gateway.add_trial()["trial_id"])
    found.enqueue({"x": 1}, {"x": 2})
    return found


def wait_until(true: Callable[[], object]) -> None:
    """Waits for a condition."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_jobs_are_asked_for_and_told_about(trial: Trial, gateway: StandIn) -> None:
    """Until the trial has ended; then the loop ends, and the evaluator leaves."""
    with trial.evaluator("me") as evaluator:
        assert evaluator.id == "me"
        for number, job in enumerate(evaluator, 1):
            job.report(1, loss=9.0)
            info = job.fail("bad", "no") if number == 1 else job.tell(0.5, metrics={"acc": 1})
            assert info.job_id == job.id == f"t1.{number}"
            if number == 2:
                gateway.finish("t1")
    assert [job["state"] for job in gateway.jobs.values()] == ["failed", "succeeded"]
    told = [each for each in gateway.bodies if each.keys() & {"loss", "failed"}]
    assert told == [
        {"job_id": "t1.1", "attempt": 1, "failed": {"reason": "bad", "message": "no"}},
        {"job_id": "t1.2", "attempt": 1, "loss": 0.5, "metrics": {"acc": 1}},
    ]
    assert gateway.left == ["me"]


def test_heartbeats_name_what_goes_on_and_bring_stop_requests(
    trial: Trial, gateway: StandIn
) -> None:
    """Beside the evaluation, without its doing."""
    with trial.evaluator() as evaluator:
        job = next(iter(evaluator))
        assert not job.stop_requested
        gateway.stops = [job.id]
        wait_until(lambda: job.stop_requested)
        assert [{"job_id": "t1.1", "attempt": 1}] in gateway.beats
        job.fail("stopped")
        count = len(gateway.beats)
        wait_until(lambda: len(gateway.beats) > count + 1)
        assert gateway.beats[-1] == []


def test_leaving_gives_up_what_is_open(trial: Trial, gateway: StandIn) -> None:
    """Also with an error, which is not hidden; there are no heartbeats after it."""
    with pytest.raises(ZeroDivisionError), trial.evaluator() as evaluator:
        next(iter(evaluator)).tell(1 / 0)
    assert gateway.left == ["e"]
    assert gateway.jobs["t1.1"]["state"] == "running"


def test_a_job_that_was_forgotten_is_named(trial: Trial) -> None:
    """Asking for more than there are slots would wait for ever."""
    with trial.evaluator() as evaluator:
        jobs = iter(evaluator)
        next(jobs)
        with pytest.raises(ValueError, match=r"tell what came of t1\.1"):
            next(jobs)
    with trial.evaluator(slots=2) as evaluator:
        assert len({next(iter(evaluator)).id}) == 1


def test_a_result_is_told_until_it_is_heard(gateway: StandIn) -> None:
    """A gateway that is away for a while loses no evaluation."""
    gateway.add_trial()
    gateway.add_job("t1")
    gateway.answers["POST /evaluators/e/ask"] = [Response(status_code=503)] * 5
    gateway.answers["POST /evaluators/e/tell"] = [Response(status_code=503)] * 9
    with (
        Client(gateway.url, pause=lambda _: None) as client,
        client.trial("t1").evaluator() as evaluator,
    ):
        next(iter(evaluator)).tell(0.25)
    assert gateway.jobs["t1.1"]["loss"] == 0.25


def test_what_a_lost_lease_is_told_is_no_error_where_a_stop_was_asked_for(
    trial: Trial, gateway: StandIn
) -> None:
    """The program has just not looked yet; what it says is not counted, and it goes on."""
    gateway.answers["POST /evaluators/e/report"] = [problem_response(409, "another attempt")]
    with trial.evaluator() as evaluator:
        job = next(iter(evaluator))
        gateway.jobs[job.id]["attempt"] = 2
        job.report(1, loss=0.5)
        assert job.stop_requested
        assert job.tell(0.5).attempt == 2
        assert gateway.jobs[job.id]["loss"] is None


def test_a_report_that_nobody_hears_ends_no_evaluation(gateway: StandIn) -> None:
    """The next one may be heard."""
    gateway.add_trial()
    gateway.add_job("t1")
    gateway.answers["POST /evaluators/e/report"] = [Response(status_code=503)] * 9
    with (
        Client(gateway.url, pause=lambda _: None) as client,
        client.trial("t1").evaluator() as evaluator,
    ):
        job = next(iter(evaluator))
        job.report(1, loss=0.5)
        assert job.tell(0.25).loss == 0.25


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_is_a_failure(trial: Trial, gateway: StandIn, loss: float) -> None:
    """As it is for targets."""
    with trial.evaluator() as evaluator:
        next(iter(evaluator)).tell(loss)
    failed = {"reason": "non_finite_loss", "message": f"the loss is {loss}"}
    assert gateway.bodies[-1]["failed"] == failed


def test_numbers_of_numpy_are_numbers(trial: Trial, gateway: StandIn) -> None:
    """Whatever an evaluation computes with."""
    with trial.evaluator() as evaluator:
        job = next(iter(evaluator))
        job.report(1, acc=np.float64(0.5))
        job.tell(np.float64(0.25), metrics={"n": np.int64(3), "f": np.float32(0.5)})
        with pytest.raises(TypeError, match="a set cannot be sent"):
            job.tell(1.0, metrics={"n": set()})
        with pytest.raises(ValueError, match="not JSON compliant"):
            job.report(1, acc=float("nan"))
    assert gateway.bodies[-1]["metrics"] == {"n": 3, "f": 0.5}


def test_a_slot_that_seems_busy_is_waited_for(gateway: StandIn) -> None:
    """The answer to an ask was lost: its lease ends by itself, as nobody keeps it alive."""
    gateway.add_trial()
    gateway.add_job("t1")
    busy = problem_response(409, "all slots are busy")
    gateway.answers["POST /evaluators/e/ask"] = [busy] * 2
    pauses: list[float] = []
    with (
        Client(gateway.url, pause=pauses.append) as client,
        client.trial("t1").evaluator() as evaluator,
    ):
        assert next(iter(evaluator)).id == "t1.1"
        assert pauses == [1.0] * 2
        gateway.jobs.clear()
        evaluator._desk.open.clear()
        gateway.answers["POST /evaluators/e/ask"] = [busy] * 9
        with pytest.raises(Refused, match="slots are busy"):
            next(iter(evaluator))


def test_a_result_that_came_too_late_is_refused(trial: Trial, gateway: StandIn) -> None:
    """Another attempt has the lease, or the job ended otherwise."""
    with trial.evaluator() as evaluator:
        job = next(iter(evaluator))
        gateway.jobs[job.id]["attempt"] = 2
        with pytest.raises(Refused, match="another attempt"):
            job.tell(0.5)


def test_an_evaluator_that_the_gateway_forgot_ends_with_an_error(
    trial: Trial, gateway: StandIn
) -> None:
    """What runs is asked to stop: its lease is gone."""
    with trial.evaluator() as evaluator:
        job = next(iter(evaluator))
        gateway.answers["POST /evaluators/e/heartbeat"] = [Response(status_code=404)] * 99
        wait_until(lambda: job.stop_requested)
        with pytest.raises(NotFound):
            next(iter(evaluator))


def test_an_evaluator_is_used_in_a_with_statement(trial: Trial) -> None:
    """Without it nobody would keep the leases alive."""
    with pytest.raises(ValueError, match="`with` statement"):
        next(iter(trial.evaluator()))


def test_the_async_evaluator_does_the_same(gateway: StandIn) -> None:
    """Heartbeats are a task of the same loop."""

    async def evaluate() -> None:
        async with AsyncClient(gateway.url) as client:
            trial = await client.trial(gateway.add_trial()["trial_id"])
            await trial.enqueue({"x": 1}, {"x": 2})
            async with trial.evaluator() as evaluator:
                async for job in evaluator:
                    gateway.stops = [job.id]
                    while not job.stop_requested:  # noqa: ASYNC110 - a property tells it
                        await asyncio.sleep(0.005)
                    await job.report(1, loss=1.0)
                    await job.tell(float(job.params["x"]))
                    if job.id == "t1.2":
                        gateway.finish("t1")

    asyncio.run(evaluate())
    assert [job["loss"] for job in gateway.jobs.values()] == [1.0, 2.0]
    assert gateway.left == ["e"]
