"""What the API tells about jobs, their attempts, metrics, logs and files."""

from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from pydantic import Field

from hyperdock_common.events import JobOrigin
from hyperdock_gateway.api.documents.model import Document, Free, Listed, Params, Time, Values

JobState: TypeAlias = Literal["pending", "running", "succeeded", "failed", "pruned", "cancelled"]


class Attempt(Document):
    """One try at running a job."""

    attempt: int
    worker_id: str
    slot: int
    claimed_at: Time
    started_at: Time | None
    ended_at: Time | None
    lost: str | None = Field(description="Why it ended without a result; null: it did not.")
    runner: Free | None = Field(description="Where it runs: host, container, image, pid.")
    exit: Free | None = Field(description="What the runner knows of its end.")


class LastMetric(Document):
    """The newest intermediate report."""

    step: int
    values: Values


class Series(Document):
    """One line of a graph."""

    label: str
    x: list[float]
    y: list[float]


class Graph(Document):
    """A graph that the target drew."""

    name: str
    x_axis: str
    y_axis: str
    series: list[Series]


class Retracted(Document):
    """Why a result counts no more."""

    reason: str
    at: Time
    loss: float | None = Field(description="What it was.")


class Job(Document):
    """One set of params to evaluate."""

    job_id: str
    trial_id: str
    number: int
    state: JobState
    params: Params
    origin: JobOrigin
    point_id: str | None
    retry_of: str | None = Field(description="The job that this one runs again.")
    attempt: int = Field(description="The newest; of an ended job the one that decided it.")
    worker_id: str | None
    proposed_at: Time
    started_at: Time | None
    finished_at: Time | None
    loss: float | None
    reason: str = Field(description="Why it failed or was cancelled, in a word.")
    message: str = Field(description="The same in a sentence.")
    metrics: Free
    graphs: list[Graph]
    last_metric: LastMetric | None
    stop_requested: str | None = Field(description="Who asked it to stop; null: nobody.")
    retracted: Retracted | None
    attempts: list[Attempt]


class JobPage(Listed[Job]):
    """Some jobs."""


class JobColumns(Document):
    """Some jobs of a trial, field by field: all lists are as long as `number`, and in its order.

    It is far smaller than the jobs themselves, for tables and plots of many of them.
    """

    trial_id: str
    position: int = Field(description="Every event up to here is in it.")
    proposed: int = Field(description="All jobs that the trial has: how far numbers go.")
    number: list[int] = Field(description="In order. Jobs that are not there are left out.")
    state: list[JobState]
    loss: list[float | None]
    origin: list[JobOrigin]
    attempt: list[int] = Field(description="The newest; of an ended job the one that decided it.")
    worker: list[int | None] = Field(description="Of that attempt: a place in `workers`, from 0.")
    slot: list[int | None] = Field(description="Of that worker.")
    proposed_at: list[Time]
    started_at: list[Time | None]
    finished_at: list[Time | None]
    reason: list[str] = Field(description="Why they failed or were cancelled, in a word.")
    retracted: list[bool] = Field(description="Whether their results count no more.")
    workers: list[str] = Field(description="The ids of the workers that ran them.")
    params: dict[str, list[Any]] = Field(
        description="By name, as in the search space and in its order: `model.depth`. Null: the "
        "job does not have it."
    )
    metrics: dict[str, list[float | None]] = Field(
        description="By name: the numbers among the metrics of results. The first 50 names only."
    )


class MetricPoint(Document):
    """What a job reported at one step."""

    step: int
    values: Values
    at: Time
    attempt: int


class MetricPage(Listed[MetricPoint]):
    """Some points of a job's curves, in the order of their reports."""


class File(Document):
    """A file that a job left."""

    path: str
    size: int


class FileList(Listed[File]):
    """The files that a job left."""


LOG_HEADERS: Final = MappingProxyType(
    {
        "X-Log-Attempt": "Of which attempt this is.",
        "X-Log-Offset": "Where it begins, in bytes.",
        "X-Log-Next": "The `offset` of what follows.",
    }
)
