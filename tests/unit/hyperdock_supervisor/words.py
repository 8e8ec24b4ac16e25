"""Short words for the supervisor's tests: a trial, its jobs and what happens to them.

Jobs are called as the supervisor calls them: `t.1` is the first job of trial `t`.
"""

from collections.abc import Sequence
from typing import Any

from hyperdock_common.events import (
    AttemptLost,
    AttemptRef,
    Heartbeat,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobProposed,
    JobStarted,
    JobStopRequested,
    MetricReported,
    Outcome,
    Succeeded,
    TrialEvent,
    TrialStopRequested,
    TrialSubmitted,
    WorkerRegistered,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, dump_trial, parse_trial
from hyperdock_supervisor.domain.trial import Trial, evolve

TRIAL = {
    "name": "a trial",
    "command": ["true"],
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
    "algorithm": {"name": "random", "seed": 7},
    "budget": {"jobs": 10},
    "parallelism": 2,
}


def spec(**changes: Any) -> TrialSpec:
    """A trial's spec, with these fields of its document changed."""
    return parse_trial({**TRIAL, **changes})


def submitted(trial_id: str = "t", **changes: Any) -> TrialSubmitted:
    """A trial, with these fields of its document changed."""
    return TrialSubmitted(trial_id=trial_id, spec=dump_trial(spec(**changes)))


def given(*events: TrialEvent | JobEvent, at: float = 100.0) -> Trial | None:
    """A trial after these events, which all happened at one time."""
    trial: Trial | None = None
    for event in events:
        trial = evolve(trial, event, at)
    return trial


def stopped(trial_id: str = "t") -> TrialStopRequested:
    """A user stops a trial."""
    return TrialStopRequested(trial_id=trial_id, end="stopped", reason="user")


def proposed(job_id: str = "t.1", params: JsonObject | None = None) -> JobProposed:
    """A job."""
    return JobProposed(
        trial_id=trial_of(job_id),
        job_id=job_id,
        number=int(job_id.rpartition(".")[2]),
        params=params or {"x": 0.5},
    )


def claimed(job_id: str = "t.1", attempt: int = 1, by: str = "w", slot: int = 0) -> JobClaimed:
    """A worker's slot takes an attempt."""
    return JobClaimed(
        trial_id=trial_of(job_id), job_id=job_id, attempt=attempt, worker_id=by, slot=slot
    )


def started(job_id: str = "t.1", attempt: int = 1, by: str = "w") -> JobStarted:
    """A target runs."""
    return JobStarted(
        trial_id=trial_of(job_id), job_id=job_id, attempt=attempt, worker_id=by, runner={"pid": 1}
    )


def measured(job_id: str = "t.1", attempt: int = 1, by: str = "w", step: int = 1) -> MetricReported:
    """A target reports on its way."""
    return MetricReported(
        trial_id=trial_of(job_id),
        job_id=job_id,
        attempt=attempt,
        worker_id=by,
        step=step,
        values={"loss": 1.0},
    )


def finished(
    job_id: str = "t.1",
    outcome: Outcome | float = 1.0,
    *,
    attempt: int = 1,
    by: str | None = "w",
) -> JobFinished:
    """A job ends; a number is the loss of a success."""
    return JobFinished(
        trial_id=trial_of(job_id),
        job_id=job_id,
        attempt=attempt,
        worker_id=by,
        outcome=Succeeded(loss=outcome) if isinstance(outcome, float) else outcome,
    )


def lost(
    job_id: str = "t.1", attempt: int = 1, by: str = "w", reason: str = "engine away"
) -> AttemptLost:
    """An attempt is lost."""
    return AttemptLost(
        trial_id=trial_of(job_id), job_id=job_id, attempt=attempt, worker_id=by, reason=reason
    )


def job_stopped(job_id: str = "t.1") -> JobStopRequested:
    """A user stops a job."""
    return JobStopRequested(trial_id=trial_of(job_id), job_id=job_id, reason="user")


def registered(
    worker_id: str = "w",
    *,
    slots: int = 2,
    pool: str = "default",
    runtimes: Sequence[str] = ("docker", "process"),
    gpus: int = 0,
    attempts: Sequence[AttemptRef] = (),
) -> WorkerRegistered:
    """A worker begins."""
    return WorkerRegistered(
        worker_id=worker_id,
        host="host",
        pool=pool,
        slots=slots,
        runtimes=list(runtimes),
        version="1",
        gpus=gpus,
        attempts=list(attempts),
    )


def heartbeat(worker_id: str = "w", *attempts: AttemptRef) -> Heartbeat:
    """A worker lives and runs these attempts."""
    return Heartbeat(worker_id=worker_id, attempts=list(attempts))


def ref(job_id: str = "t.1", attempt: int = 1) -> AttemptRef:
    """The name of an attempt."""
    return AttemptRef(trial_id=trial_of(job_id), job_id=job_id, attempt=attempt)


def trial_of(job_id: str) -> str:
    """The trial that a job belongs to."""
    return job_id.rpartition(".")[0]
