"""Handing a program its next job: the first claim in the log wins, as among workers."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from hyperdock_common.events import JobClaimed, JobStarted, deterministic_id
from hyperdock_common.json_types import JsonObject
from hyperdock_common.web import Refused
from hyperdock_gateway.api import Answer, Call
from hyperdock_gateway.api.documents.evaluator import Wish
from hyperdock_gateway.evaluators.news import TrialNews
from hyperdock_gateway.evaluators.programs import Program, find_program
from hyperdock_gateway.evaluators.registering import go, keep_alive
from hyperdock_gateway.jobs import find_job
from hyperdock_gateway.publishing import enveloped, in_thread
from hyperdock_gateway.recording import publish_and_see
from hyperdock_gateway.services import Services
from hyperdock_gateway.trials import find_trial

_CANDIDATES: Final = 50
_SIGN_OF_LIFE: Final = 10.0
_GOING_ON: Final = frozenset({"running", "paused"})


@dataclass(frozen=True, slots=True)
class _Look:
    """What is there for a program: jobs that nobody has, unless the trial is over."""

    program: Program
    trial_state: str
    waiting: Sequence[JsonObject]


async def ask(call: Call[None, Wish]) -> Answer:
    """The next job for a program, as soon as there is one."""
    services = call.services
    program = await in_thread(find_program, services, call.path["evaluator_id"])
    news = TrialNews(call.request, program.trial_id)
    until = _now() + call.body.wait
    heard_of = -_SIGN_OF_LIFE
    while True:
        news.note()
        look = await in_thread(_look, services, program.id)
        await _check(call, look)
        if not look.program.is_here or _now() - heard_of > _SIGN_OF_LIFE:
            await keep_alive(call, look.program)
            heard_of = _now()
        job = await _claim_one(call, look)
        if job is not None:
            return Answer(_proposal(job))
        left = until - _now()
        if left <= 0:
            return Answer(status=204)
        await news.wait(left)
        if await call.request.is_disconnected():
            return Answer(status=204)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _look(services: Services, evaluator_id: str) -> _Look:
    program = find_program(services, evaluator_id)
    state = str(find_trial(services, program.trial_id)["state"])
    if state != "running" or program.worker["draining"]:
        return _Look(program, state, ())
    where = {"trial_id": program.trial_id, "state": "pending"}
    page = services.views.page("jobs", where=where, sort="number", limit=_CANDIDATES)
    waiting = [job for job in page.documents if job["stop_requested"] is None]
    return _Look(program, state, waiting)


async def _check(call: Call[None, Wish], look: _Look) -> None:
    """Makes sure that the program can have a job, now or later.

    Raises:
        Refused: there will be none; or not before it tells, or registers again.
    """
    program, running = look.program, look.program.running
    if look.trial_state not in _GOING_ON:
        if look.trial_state != "stopping" and program.is_here and not running:
            await go(call, program)  # it has nothing to come back for
        raise Refused(410, f"trial {program.trial_id} has ended ({look.trial_state})")
    if program.has_left:
        raise Refused(409, "this evaluator has left; register another one")
    slots: Any = program.worker["slots"]
    if len(running) >= slots:
        held = ", ".join(sorted(running)[:3])
        raise Refused(409, f"all {slots} slots of this evaluator are busy ({held}): tell first")


async def _claim_one(call: Call[None, Wish], look: _Look) -> JsonObject | None:
    """One of the waiting jobs, now the program's; None where others were faster.

    The first one where nobody else asks; who loses it tries any other, lest all who wait lose
    each of them to the same one.
    """
    waiting = list(look.waiting)
    index = 0
    while waiting:
        job = waiting.pop(index)
        if await _claim(call, look.program, job):
            return job
        index = int.from_bytes(call.services.random_bytes(4), "big") % max(1, len(waiting))
    return None


async def _claim(call: Call[None, Wish], program: Program, job: Mapping[str, Any]) -> bool:
    """Claims the job's next attempt; whether the log gave it to this call."""
    services, attempt = call.services, _next_attempt(job)
    busy = {run["slot"] for run in program.running.values()}
    names: dict[str, Any] = {
        "trial_id": job["trial_id"],
        "job_id": job["job_id"],
        "attempt": attempt,
        "worker_id": program.id,
    }
    slot = next(slot for slot in range(len(busy) + 1) if slot not in busy)
    claim = enveloped(services, JobClaimed(**names, slot=slot), actor=call.actor)
    started = enveloped(
        services,
        JobStarted(**names, runner={"host": program.worker["host"]}),
        actor=call.actor,
        event_id=deterministic_id("started", *names.values()),
    )
    overtaken = partial(_is_overtaken, services, program.id, job["job_id"], attempt)
    recorded = await publish_and_see(services, [claim, started], ("jobs", "workers"), overtaken)
    return recorded is True


def _is_overtaken(services: Services, evaluator_id: str, job_id: str, attempt: int) -> bool:
    """Whether nobody can have this attempt any more, or this program can have none."""
    job: Any = find_job(services, job_id)
    if job["attempt"] >= attempt or job["finished_at"] or job["stop_requested"] is not None:
        return True
    worker = find_program(services, evaluator_id).worker
    if worker["draining"] or worker["state"] == "left":
        return True
    return find_trial(services, str(job["trial_id"]))["state"] != "running"


def _next_attempt(job: Mapping[str, Any]) -> int:
    return 1 + len(job["attempts"])


def _proposal(job: Mapping[str, Any]) -> JsonObject:
    told = {name: job[name] for name in ("job_id", "trial_id", "number", "params")}
    return {**told, "attempt": _next_attempt(job)}
