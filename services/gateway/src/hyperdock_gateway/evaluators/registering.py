"""Programs that come, live and go."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from hyperdock_common.events import (
    AttemptLost,
    AttemptRef,
    Cancelled,
    Event,
    Heartbeat,
    JobFinished,
    WorkerLeft,
    WorkerRegistered,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.offer import external_runtime
from hyperdock_common.web import Refused
from hyperdock_gateway import identity
from hyperdock_gateway.api import Answer, Call
from hyperdock_gateway.api.documents.evaluator import Beat, HeldAttempt, NewEvaluator
from hyperdock_gateway.evaluators.programs import Program, find_program
from hyperdock_gateway.publishing import enveloped, in_thread, publish, seen
from hyperdock_gateway.services import Services
from hyperdock_gateway.trials import find_trial

HEARTBEAT: Final = 5.0
_OPEN: Final = frozenset({"running", "paused"})


async def register(call: Call[None, NewEvaluator]) -> Answer:
    """Lets a program ask for the jobs of a trial."""
    services, trial_id = call.services, call.path["trial_id"]
    trial = await in_thread(find_trial, services, trial_id)
    if not trial["external"]:
        problem = "its jobs are run by workers; submit it with `external: true` to evaluate them"
        raise Refused(409, f"trial {trial_id} is not external: {problem}")
    if trial["state"] not in _OPEN:
        raise Refused(409, f"trial {trial_id} has ended ({trial['state']})")
    evaluator_id = f"external-{identity.event_id(services.random_bytes(16))[:13]}"
    event = WorkerRegistered(
        worker_id=evaluator_id,
        host=call.body.name or call.actor or "a program",
        pool=str(trial["pool"]),
        slots=call.body.slots,
        runtimes=[external_runtime(trial_id)],
        version=services.version,
    )
    await publish(services, enveloped(services, event, actor=call.actor))
    shown = await seen(services, partial(services.views.get, "workers", evaluator_id), bool)
    document = {
        "evaluator_id": evaluator_id,
        "trial_id": trial_id,
        "heartbeat_seconds": HEARTBEAT,
    }
    return Answer(document, 201 if shown else 202)


async def beat(call: Call[None, Beat]) -> Answer:
    """Keeps the leases of a program, and tells it what to give up."""
    services = call.services
    program = await in_thread(find_program, services, call.path["evaluator_id"])
    refs = refs_of(program.trial_id, call.body.attempts)
    jobs: Mapping[str, Any] = await in_thread(
        services.views.get_many, "jobs", [ref.job_id for ref in refs]
    )
    ends = [_cancelled(program, jobs[ref.job_id]) for ref in refs if _is_told(program, jobs, ref)]
    alive = [] if program.has_left else [sign_of_life(program, services, refs)]
    await _publish(call, [*alive, *ends])
    trial = await in_thread(find_trial, services, program.trial_id)
    stop = [ref.job_id for ref in refs if not _is_wanted(program, jobs, ref)]
    return Answer({"stop": stop, "trial_state": trial["state"]})


async def leave(call: Call[None, None]) -> Answer:
    """A program goes; what it holds is for others."""
    services = call.services
    program = await in_thread(find_program, services, call.path["evaluator_id"])
    if not program.has_left:
        await go(call, program)
    return Answer(status=204)


async def go(call: Call[None, Any], program: Program) -> None:
    """Records that a program has gone; returns when that is to be seen."""
    given_up = [
        AttemptLost(
            trial_id=program.trial_id,
            job_id=job_id,
            attempt=run["attempt"],
            worker_id=program.id,
            reason="its program gave it up",
        )
        for job_id, run in program.running.items()
    ]
    await _publish(call, [*given_up, WorkerLeft(worker_id=program.id)])
    services = call.services
    read = partial(services.views.get, "workers", program.id)
    await seen(services, read, lambda worker: worker["state"] != "alive")


async def keep_alive(call: Call[None, Any], program: Program) -> None:
    """Notes a sign of life of a program that says nothing of its attempts."""
    await publish(call.services, enveloped(call.services, sign_of_life(program, call.services)))


def sign_of_life(
    program: Program, services: Services, refs: Sequence[AttemptRef] | None = None
) -> Heartbeat | WorkerRegistered:
    """What tells that a program is there; one that was given up meanwhile registers again.

    Args:
        program: the program.
        services: for the version.
        refs: the attempts that it evaluates; None: it does not say, so none is renewed or lost.
    """
    if program.is_here:
        return Heartbeat(worker_id=program.id, attempts=[*(refs or ())])
    held = {
        job_id: AttemptRef(trial_id=program.trial_id, job_id=job_id, attempt=run["attempt"])
        for job_id, run in program.running.items()
    }
    worker: Mapping[str, Any] = program.worker
    return WorkerRegistered(
        worker_id=program.id,
        host=worker["host"],
        pool=worker["pool"],
        slots=worker["slots"],
        runtimes=[external_runtime(program.trial_id)],
        version=services.version,
        attempts=[ref for ref in held.values() if refs is None or ref in refs],
    )


def refs_of(trial_id: str, attempts: Sequence[HeldAttempt]) -> list[AttemptRef]:
    """The attempts as events name them."""
    return [
        AttemptRef(trial_id=trial_id, job_id=each.job_id, attempt=each.attempt) for each in attempts
    ]


async def _publish(call: Call[None, Any], events: Sequence[Event]) -> None:
    services = call.services
    envelopes = [enveloped(services, each, actor=call.actor) for each in events]
    if envelopes:
        await in_thread(services.bus.publish, envelopes, services.publish_timeout)


def _is_wanted(program: Program, jobs: Mapping[str, Any], ref: AttemptRef) -> bool:
    job = jobs.get(ref.job_id)
    if job is None or job["stop_requested"] is not None or job["finished_at"] is not None:
        return False
    return program.holds(job, ref.attempt)


def _is_told(program: Program, jobs: Mapping[str, Any], ref: AttemptRef) -> bool:
    """Whether it hears now that it shall stop what it has: with that the job ends."""
    job = jobs.get(ref.job_id)
    if job is None or job["stop_requested"] is None or job["finished_at"] is not None:
        return False
    return program.holds(job, ref.attempt)


def _cancelled(program: Program, job: JsonObject) -> JobFinished:
    attempt: Any = job["attempt"]
    return JobFinished(
        trial_id=program.trial_id,
        job_id=str(job["job_id"]),
        attempt=attempt,
        worker_id=program.id,
        outcome=Cancelled(reason=str(job["stop_requested"])),
    )
