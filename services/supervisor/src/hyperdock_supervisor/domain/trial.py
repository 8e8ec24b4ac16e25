"""A trial as the supervisor knows it: a fold of its stream, holding only what decisions need."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, assert_never

from immutables import Map

from hyperdock_common.errors import HyperdockError
from hyperdock_common.events import (
    AttemptLost,
    Failed,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStarted,
    JobStopRequested,
    MetricReported,
    Point,
    PointsAdded,
    Succeeded,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialEnd,
    TrialEvent,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, changed_trial, recorded_trial
from hyperdock_common.target import NEVER_STARTED


class BrokenHistory(HyperdockError):
    """Raised when an event does not fit the history before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownResult:
    """What a job that was evaluated elsewhere came to."""

    loss: float
    metrics: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveJob:
    """A job that has not ended.

    Attributes:
        known: its result, where it was evaluated elsewhere: nobody is to run it.
        attempt: the attempt that waits for a worker, or runs.
        worker_id: who holds its lease; None while it waits.
        stopping: it shall end as cancelled.
        lost: the attempts before, each with the worker that had it.
    """

    job_id: str
    number: int
    params: JsonObject
    known: KnownResult | None = None
    attempt: int = 1
    worker_id: str | None = None
    stopping: bool = False
    lost: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A trial's state. `live` holds its open jobs by id; of ended ones only results are kept.

    Attributes:
        spec: as it was changed last.
        submitted: as it was submitted; its optimizer is made for this.
        queue: the points of users that have not become jobs yet.
        imported: how many of the proposed jobs were evaluated elsewhere.
        results: the losses that count, by the number of their job.
    """

    trial_id: str
    spec: TrialSpec
    submitted: TrialSpec
    submitted_at: float
    state: Literal["running", "paused", "stopping", "finished"] = "running"
    end: TrialEnd = "completed"
    reason: str = ""
    message: str = ""
    proposed: int = 0
    imported: int = 0
    failed: int = 0
    never_started: str = ""
    results: Map[int, float] = field(default_factory=Map)
    best: float | None = None
    first_claim_at: float | None = None
    live: Mapping[str, LiveJob] = field(default_factory=lambda: MappingProxyType({}))
    queue: tuple[Point, ...] = ()

    @property
    def succeeded(self) -> int:
        """How many results count."""
        return len(self.results)

    def has_result(self, job_id: str) -> bool:
        """Whether this job of the trial ended with a result that counts."""
        return job_number(self.trial_id, job_id) in self.results


def job_number(trial_id: str, job_id: str) -> int | None:
    """The number of a trial's job; None where it can be none of its jobs."""
    name, _, number = job_id.rpartition(".")
    return int(number) if name == trial_id and number.isdecimal() else None


def evolve(trial: Trial | None, event: TrialEvent | JobEvent, at: float) -> Trial:
    """The trial after one more event of its stream, which occurred at `at`.

    Raises:
        BrokenHistory: the event cannot follow what was before.
    """
    if isinstance(event, TrialSubmitted):
        return _submitted(event, at)
    if trial is None:
        raise BrokenHistory(f"{event} comes before the submission of its trial")
    if isinstance(event, TrialEvent):
        return _evolve_trial(trial, event)
    if isinstance(event, JobProposed):
        return _proposed(trial, event)
    if isinstance(event, JobRetracted):
        return _retracted(trial, event)
    if event.job_id not in trial.live:
        raise BrokenHistory(f"{event} is about a job that is not open")
    return _evolve_job(trial, trial.live[event.job_id], event, at)


def _submitted(event: TrialSubmitted, at: float) -> Trial:
    spec = recorded_trial(event.spec)
    queue = tuple(
        Point(point_id=f"{event.trial_id}/{number}", params=each.params, loss=each.loss)
        for number, each in enumerate(spec.points, 1)
    )
    return Trial(
        trial_id=event.trial_id,
        spec=spec,
        submitted=spec,
        submitted_at=at,
        state="paused" if event.paused else "running",
        queue=queue,
    )


def _proposed(trial: Trial, event: JobProposed) -> Trial:
    point = next((each for each in trial.queue if each.point_id == event.point_id), None)
    known = None
    if point is not None and point.loss is not None:
        known = KnownResult(loss=point.loss, metrics=point.metrics)
    job = LiveJob(job_id=event.job_id, number=event.number, params=event.params, known=known)
    return replace(
        _with(trial, job),
        proposed=event.number,
        imported=trial.imported + (known is not None),
        queue=tuple(each for each in trial.queue if each is not point),
    )


def _retracted(trial: Trial, event: JobRetracted) -> Trial:
    number = job_number(trial.trial_id, event.job_id)
    if number is None or number not in trial.results:
        raise BrokenHistory(f"{event} is about a job that has no result that counts")
    results = trial.results.delete(number)
    better = max if trial.spec.maximizes else min
    return replace(trial, results=results, best=better(results.values(), default=None))


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
        case TrialChanged():
            return replace(trial, spec=changed_trial(trial.spec, event))
        case PointsAdded(points=points):
            return replace(trial, queue=(*trial.queue, *points))
        case TrialAnnotated() | TrialArchived():
            return trial
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
        case JobStarted() | MetricReported() | JobProposed() | JobRetracted():
            return trial
        case _:
            assert_never(event)


def _with(trial: Trial, job: LiveJob) -> Trial:
    return replace(trial, live=MappingProxyType({**trial.live, job.job_id: job}))


def _ended(trial: Trial, event: JobFinished) -> Trial:
    live = MappingProxyType({key: job for key, job in trial.live.items() if key != event.job_id})
    match event.outcome:
        case Succeeded(loss=loss):
            better = max if trial.spec.maximizes else min
            best = loss if trial.best is None else better(trial.best, loss)
            results = trial.results.set(trial.live[event.job_id].number, loss)
            return replace(trial, live=live, results=results, best=best)
        case Failed(reason=reason, message=message):
            never = (message or reason) if reason in NEVER_STARTED else ""
            return replace(trial, live=live, failed=trial.failed + 1, never_started=never)
        case _:
            return replace(trial, live=live)
