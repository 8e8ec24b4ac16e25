"""A trial as the supervisor knows it: a fold of its stream, holding only what decisions need."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, assert_never

from hyperdock_common.errors import HyperdockError
from hyperdock_common.events import (
    AttemptLost,
    Failed,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobProposed,
    JobStarted,
    JobStopRequested,
    MetricReported,
    Succeeded,
    TrialEnd,
    TrialEvent,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, recorded_trial
from hyperdock_common.target import NEVER_STARTED


class BrokenHistory(HyperdockError):
    """Raised when an event does not fit the history before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveJob:
    """A job that has not ended.

    Attributes:
        attempt: the attempt that waits for a worker, or runs.
        worker_id: who holds its lease; None while it waits.
        stopping: it shall end as cancelled.
        lost: the attempts before, each with the worker that had it.
    """

    job_id: str
    number: int
    params: JsonObject
    attempt: int = 1
    worker_id: str | None = None
    stopping: bool = False
    lost: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A trial's state. `live` holds its open jobs by id; ended ones are only counted."""

    trial_id: str
    spec: TrialSpec
    submitted_at: float
    state: Literal["running", "paused", "stopping", "finished"] = "running"
    end: TrialEnd = "completed"
    reason: str = ""
    message: str = ""
    proposed: int = 0
    succeeded: int = 0
    failed: int = 0
    never_started: str = ""
    best: float | None = None
    first_claim_at: float | None = None
    live: Mapping[str, LiveJob] = field(default_factory=lambda: MappingProxyType({}))


def evolve(trial: Trial | None, event: TrialEvent | JobEvent, at: float) -> Trial:
    """The trial after one more event of its stream, which occurred at `at`.

    Raises:
        BrokenHistory: the event cannot follow what was before.
    """
    if isinstance(event, TrialSubmitted):
        spec = recorded_trial(event.spec)
        return Trial(trial_id=event.trial_id, spec=spec, submitted_at=at)
    if trial is None:
        raise BrokenHistory(f"{event} comes before the submission of its trial")
    if isinstance(event, TrialEvent):
        return _evolve_trial(trial, event)
    if isinstance(event, JobProposed):
        job = LiveJob(job_id=event.job_id, number=event.number, params=event.params)
        return replace(_with(trial, job), proposed=event.number)
    if event.job_id not in trial.live:
        raise BrokenHistory(f"{event} is about a job that is not open")
    return _evolve_job(trial, trial.live[event.job_id], event, at)


def _evolve_trial(trial: Trial, event: TrialEvent) -> Trial:
    match event:
        case TrialPaused():
            return replace(trial, state="paused")
        case TrialResumed():
            return replace(trial, state="running")
        case TrialStopRequested(end=end, reason=reason, message=message):
            return replace(trial, state="stopping", end=end, reason=reason, message=message)
        case TrialFinished(end=end, reason=reason, message=message):
            return replace(trial, state="finished", end=end, reason=reason, message=message)
        case TrialSubmitted():
            raise BrokenHistory(f"{trial.trial_id} was submitted twice")
        case _:
            assert_never(event)


def _evolve_job(trial: Trial, job: LiveJob, event: JobEvent, at: float) -> Trial:
    match event:
        case JobClaimed(worker_id=worker_id):
            claimed = _with(trial, replace(job, worker_id=worker_id))
            first = at if trial.first_claim_at is None else trial.first_claim_at
            return replace(claimed, first_claim_at=first)
        case AttemptLost(attempt=attempt, worker_id=worker_id):
            lost = (*job.lost, (attempt, worker_id))
            return _with(trial, replace(job, attempt=attempt + 1, worker_id=None, lost=lost))
        case JobStopRequested():
            return _with(trial, replace(job, stopping=True))
        case JobFinished():
            return _ended(trial, event)
        case JobStarted() | MetricReported() | JobProposed():
            return trial
        case _:
            assert_never(event)


def _with(trial: Trial, job: LiveJob) -> Trial:
    return replace(trial, live=MappingProxyType({**trial.live, job.job_id: job}))


def _ended(trial: Trial, event: JobFinished) -> Trial:
    live = MappingProxyType({key: job for key, job in trial.live.items() if key != event.job_id})
    match event.outcome:
        case Succeeded(loss=loss):
            better = min if trial.spec.objective == "minimize" else max
            best = loss if trial.best is None else better(trial.best, loss)
            return replace(trial, live=live, succeeded=trial.succeeded + 1, best=best)
        case Failed(reason=reason, message=message):
            never = (message or reason) if reason in NEVER_STARTED else ""
            return replace(trial, live=live, failed=trial.failed + 1, never_started=never)
        case _:
            return replace(trial, live=live)
