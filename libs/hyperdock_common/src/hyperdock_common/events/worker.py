"""What happens to a worker."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRef:
    """Names one attempt of one job."""

    trial_id: str
    job_id: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRegistered:
    """A worker's process began (again). Attempts of its that it does not name are lost."""

    worker_id: str
    host: str
    pool: str
    slots: int
    runtimes: list[str]
    version: str
    gpus: int = 0
    attempts: list[AttemptRef] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A pulse: the worker lives and runs these attempts. Renews their leases."""

    worker_id: str
    attempts: list[AttemptRef] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLeft:
    """A worker went away in good order; attempts that it left running keep their leases."""

    worker_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLost:
    """A worker has not been heard of for too long."""

    worker_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerDrainSet:
    """A worker shall take no more jobs (what it runs goes on), or shall take jobs again.

    A worker's process that begins takes jobs, whatever was said before.
    """

    worker_id: str
    draining: bool


WorkerEvent = WorkerRegistered | Heartbeat | WorkerLeft | WorkerLost | WorkerDrainSet
