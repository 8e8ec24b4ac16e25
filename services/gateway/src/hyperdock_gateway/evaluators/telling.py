"""What a program says of the jobs that it has."""

from functools import partial
from typing import Any, Final

from starlette.responses import Response

from hyperdock_common.events import (
    Cancelled,
    Failed,
    JobFinished,
    MetricReported,
    Outcome,
    Succeeded,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.target import FAILURES
from hyperdock_common.web import Refused
from hyperdock_gateway.api import Answer, Call, nothing
from hyperdock_gateway.api.documents.evaluator import Failure, HeldAttempt, Report, Verdict
from hyperdock_gateway.evaluators.programs import Program, find_program
from hyperdock_gateway.evaluators.registering import refs_of, sign_of_life
from hyperdock_gateway.jobs import find_job
from hyperdock_gateway.publishing import check_recordable, enveloped, in_thread, publish, seen
from hyperdock_gateway.services import Services

_REPORTED: Final = "reported_fail"


async def report(call: Call[None, Report]) -> Response:
    """Takes intermediate values, which are a sign of life, too; but none of a lost attempt."""
    services, body = call.services, call.body
    program, job = await in_thread(_held, services, call.path["evaluator_id"], body)
    if _has_ended(job) or not program.holds(job, body.attempt):
        raise _lost(body)
    event = MetricReported(
        trial_id=program.trial_id,
        job_id=body.job_id,
        attempt=body.attempt,
        worker_id=program.id,
        step=body.step,
        values=dict(body.values),
    )
    life = sign_of_life(program, services, refs_of(program.trial_id, [body]))
    envelopes = [enveloped(services, each, actor=call.actor) for each in (life, event)]
    for envelope in envelopes:
        check_recordable(envelope)
    await in_thread(services.bus.publish, envelopes, services.publish_timeout)
    return Response(status_code=202)


async def tell(call: Call[None, Verdict]) -> Answer:
    """Takes how an attempt ended; the same told again is answered alike.

    A loss counts also where the lease was lost meanwhile, unless the job has ended.
    """
    services, body = call.services, call.body
    program, job = await in_thread(_held, services, call.path["evaluator_id"], body)
    if not _has_ended(job):
        if body.failed is not None and not program.holds(job, body.attempt):
            raise _lost(body)
        envelope = enveloped(services, _finished(program, job, body), actor=call.actor)
        check_recordable(envelope)
        await publish(services, envelope)
        read = partial(find_job, services, body.job_id)
        ended = await seen(services, read, _has_ended)
        job = ended if ended is not None else await in_thread(read)
    if not _has_ended(job):
        return Answer(job, 202)
    if not (program.holds(job, body.attempt) and _says(job, body)):
        raise Refused(409, f"job {body.job_id} has ended otherwise ({job['state']})")
    return Answer(job)


def _held(services: Services, evaluator_id: str, asked: HeldAttempt) -> tuple[Program, JsonObject]:
    """The program, and the job of which it has or had the attempt.

    Raises:
        Refused: it never had it.
    """
    program = find_program(services, evaluator_id)
    job: Any = services.views.get("jobs", asked.job_id)
    if job is None or job["trial_id"] != program.trial_id:
        raise nothing("job_id", asked.job_id)
    own = [each["attempt"] for each in job["attempts"] if each["worker_id"] == program.id]
    if asked.attempt not in own:
        problem = f"this evaluator does not have attempt {asked.attempt} of {asked.job_id}"
        raise Refused(409, problem)
    return program, job


def _lost(asked: HeldAttempt) -> Refused:
    problem = f"the lease of attempt {asked.attempt} of job {asked.job_id} is lost, or it has ended"
    return Refused(409, problem)


def _finished(program: Program, job: JsonObject, body: Verdict) -> JobFinished:
    return JobFinished(
        trial_id=program.trial_id,
        job_id=body.job_id,
        attempt=body.attempt,
        worker_id=program.id,
        outcome=_outcome(job, body),
        metrics=dict(body.metrics),
        graphs=[each.model_dump(mode="json") for each in body.graphs],
    )


def _outcome(job: JsonObject, body: Verdict) -> Outcome:
    if body.loss is not None:
        return Succeeded(loss=body.loss)
    if job["stop_requested"] is not None:
        return Cancelled(reason=str(job["stop_requested"]))
    return _failed(body.failed or Failure())


def _failed(failure: Failure) -> Failed:
    """The failure in our words: one of the reasons of a target, or what the program said."""
    if failure.reason in FAILURES:
        return Failed(reason=failure.reason, message=failure.message)
    said = [each for each in (failure.reason, failure.message) if each]
    return Failed(reason=_REPORTED, message=": ".join(said))


def _has_ended(job: JsonObject) -> bool:
    return job["finished_at"] is not None


def _says(job: Any, body: Verdict) -> bool:
    """Whether an ended job shows what is told."""
    if body.loss is None:
        return job["state"] in {"failed", "cancelled"}
    loss = job["retracted"]["loss"] if job["retracted"] else job["loss"]
    return bool(loss == body.loss)
