"""What happens to a job and its attempts."""

from dataclasses import dataclass, field
from typing import Literal

from hyperdock_common.json_types import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Succeeded:
    """The target reported a finite loss."""

    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The target ended without a usable loss.

    `reason` is one of the words of `hyperdock_common.target.FAILURES`, `message` a sentence.
    """

    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """The job was ended early because its intermediate metrics were hopeless."""

    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The job was ended before it could finish, by a user or by the end of its trial."""

    reason: str = ""


JobOrigin = Literal["optimizer", "enqueued", "imported", "retry"]

Outcome = Succeeded | Failed | Pruned | Cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProposed:
    """A job with these `params` is to be run; `number` counts a trial's jobs from 1.

    `origin` says who proposed them: the optimizer that was asked, or a user, whose point this is
    then (`point_id`): to be run, evaluated elsewhere already, or of another job (`retry_of`).
    `versions` are those of the libraries that made it, told where they may have changed: in the
    first proposal that a supervisor's process makes for a trial.
    """

    trial_id: str
    job_id: str
    number: int
    params: JsonObject
    versions: dict[str, str] = field(default_factory=dict)
    origin: JobOrigin = "optimizer"
    point_id: str | None = None
    retry_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobClaimed:
    """A worker's slot takes an attempt; once recorded, it holds the lease and may start."""

    trial_id: str
    job_id: str
    attempt: int
    worker_id: str
    slot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted:
    """The target of an attempt runs. `runner` tells where: host, container, image digest, pid."""

    trial_id: str
    job_id: str
    attempt: int
    worker_id: str
    runner: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricReported:
    """The target reported values at a step; `loss` is among them where it gave one."""

    trial_id: str
    job_id: str
    attempt: int
    worker_id: str
    step: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFinished:
    """The job has ended.

    `worker_id` is None where it ended without a worker (cancelled waiting, or imported).

    `metrics` are the extra values of loss.json, `runner` what the runner knows of the end
    (exit code, seconds, peak memory), `graphs` the target's own graphs.
    """

    trial_id: str
    job_id: str
    attempt: int
    worker_id: str | None
    outcome: Outcome
    metrics: JsonObject = field(default_factory=dict)
    graphs: list[JsonObject] = field(default_factory=list)
    runner: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLost:
    """An attempt ended without a result for a reason that is not the target's; the lease is over.

    Reported by the worker (its engine went away) or decided by the supervisor (lease expired).
    """

    trial_id: str
    job_id: str
    attempt: int
    worker_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStopRequested:
    """The job shall end as cancelled."""

    trial_id: str
    job_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRetracted:
    """A job's result was wrong: it counts no more, and the optimizer forgets it."""

    trial_id: str
    job_id: str
    reason: str = ""


JobEvent = (
    JobProposed
    | JobClaimed
    | JobStarted
    | MetricReported
    | JobFinished
    | AttemptLost
    | JobStopRequested
    | JobRetracted
)
