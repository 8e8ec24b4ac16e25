"""Events of one trial's life in few words, for tests."""

from typing import Any

from hyperdock_common.events import (
    Event,
    Failed,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobStarted,
    Outcome,
    Succeeded,
    TrialEnd,
    TrialFinished,
    TrialSubmitted,
    WorkerRegistered,
)
from hyperdock_common.spec import dump_trial, parse_trial, seeded

TRIAL = "bowl-abcdef"
WORKER = "host-1"


def document(**changes: Any) -> dict[str, Any]:
    """A small trial document."""
    space = {"x": {"type": "float", "low": 0, "high": 1}}
    base = {"name": "bowl", "command": ["true"], "space": space, "budget": {"jobs": 4}}
    return {key: value for key, value in (base | changes).items() if value is not None}


def submitted(trial_id: str = TRIAL, **changes: Any) -> TrialSubmitted:
    """A trial was submitted."""
    spec = dump_trial(seeded(parse_trial(document(**changes)), 7))
    return TrialSubmitted(trial_id=trial_id, spec=spec)


def registered(
    runtimes: tuple[str, ...] = ("process",), pool: str = "default", gpus: int = 0
) -> WorkerRegistered:
    """A worker began."""
    return WorkerRegistered(
        worker_id=WORKER,
        host="host",
        pool=pool,
        slots=2,
        gpus=gpus,
        runtimes=list(runtimes),
        version="1",
    )


def begun(number: int, trial_id: str = TRIAL, **params: Any) -> list[Event]:
    """A job was proposed, claimed and started."""
    job: dict[str, Any] = {"trial_id": trial_id, "job_id": f"{trial_id}.{number}"}
    lease: dict[str, Any] = {**job, "attempt": 1, "worker_id": WORKER}
    return [
        JobProposed(**job, number=number, params=params or {"x": number / 10}),
        JobClaimed(**lease, slot=0),
        JobStarted(**lease, runner={"pid": 1}),
    ]


def ended(number: int, outcome: Outcome, trial_id: str = TRIAL, *, attempt: int = 1) -> JobFinished:
    """A job ended."""
    return JobFinished(
        trial_id=trial_id,
        job_id=f"{trial_id}.{number}",
        attempt=attempt,
        worker_id=WORKER,
        outcome=outcome,
    )


def succeeded(number: int, loss: float, trial_id: str = TRIAL, **params: Any) -> list[Event]:
    """A job from its proposal to its success."""
    return [*begun(number, trial_id, **params), ended(number, Succeeded(loss=loss), trial_id)]


def failed(number: int, reason: str = "exit_code", message: str = "exit code 3") -> list[Event]:
    """A job from its proposal to its failure."""
    return [*begun(number), ended(number, Failed(reason=reason, message=message))]


def finished(
    end: TrialEnd = "completed", reason: str = "jobs", message: str = "", trial_id: str = TRIAL
) -> TrialFinished:
    """The trial ended."""
    return TrialFinished(trial_id=trial_id, end=end, reason=reason, message=message)
