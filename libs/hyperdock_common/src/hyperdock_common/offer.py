"""What a worker is told about a job: all it needs to run one attempt."""

from dataclasses import dataclass, field

from hyperdock_common.events.worker import AttemptRef
from hyperdock_common.json_types import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an attempt may use; None means no limit of the trial's own.

    Attributes:
        cpus: processors, e.g. 1.5.
        memory: bytes.
        gpus: whole devices.
        shm_size: bytes of /dev/shm.
        disk: bytes that the attempt's folder may hold.
    """

    cpus: float | None = None
    memory: int | None = None
    gpus: int = 0
    shm_size: int | None = None
    disk: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOffer:
    """One attempt of one job, ready to be run by whoever claims it.

    Attributes:
        runtime: `docker` (then `image` is set) or `process` (then `command` is set).
        engine_runtime: the OCI runtime for the container, e.g. `nvidia`; None for the default.
        secrets: variables whose values only the workers know, by the names of the secrets.
        timeout: seconds from the target's start, None for no limit.
        network: `none`, `bridge`, or None for the worker's default.
        pull: `missing`, `always` or `never`.
    """

    trial_id: str
    job_id: str
    number: int
    attempt: int
    pool: str
    runtime: str
    params: JsonObject
    image: str | None = None
    command: tuple[str, ...] | None = None
    working_dir: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    data: str | None = None
    limits: Limits = field(default_factory=Limits)
    timeout: float | None = None
    network: str | None = None
    engine_runtime: str | None = None
    pull: str = "missing"
    privileged: bool = False

    @property
    def ref(self) -> AttemptRef:
        """The attempt that is offered."""
        return AttemptRef(trial_id=self.trial_id, job_id=self.job_id, attempt=self.attempt)

    @property
    def line(self) -> str:
        """The line of its pool that the offer stands in: only who can run it takes from there.

        It is the runtime; with GPUs also how many, e.g. `docker-gpu2`.
        """
        return f"{self.runtime}-gpu{self.limits.gpus}" if self.limits.gpus else self.runtime


def external_runtime(trial_id: str) -> str:
    """What a program can run that evaluates the jobs of one `external` trial itself."""
    return f"external:{trial_id}"
