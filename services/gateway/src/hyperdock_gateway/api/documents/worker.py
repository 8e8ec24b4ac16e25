"""What the API tells about workers."""

from typing import Literal, TypeAlias

from pydantic import Field

from hyperdock_gateway.api.documents.model import Document, Listed, Time

WorkerState: TypeAlias = Literal["alive", "left", "lost"]


class RunningAttempt(Document):
    """What a slot runs."""

    trial_id: str
    attempt: int
    slot: int
    since: Time


class Worker(Document):
    """A process that runs jobs."""

    worker_id: str
    state: WorkerState
    reason: str = Field(description="Why it counts as lost.")
    draining: bool = Field(description="Takes no more jobs.")
    host: str
    pool: str
    slots: int
    gpus: int
    runtimes: list[str] = Field(description="What its jobs can be: docker, process, …")
    version: str
    registered_at: Time
    updated_at: Time
    running: dict[str, RunningAttempt] = Field(description="By the job's id.")
    last_seen: Time | None


class WorkerPage(Listed[Worker]):
    """Some workers."""
