"""What the API tells about trials."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from hyperdock_common.spec import Budget, TrialSpec
from hyperdock_common.spec.model import MAX_NOTES, MAX_TAGS, Tag
from hyperdock_gateway.api.documents.model import Asked, Document, Free, Listed, Params, Time

TrialState: TypeAlias = Literal["running", "paused", "stopping", "completed", "stopped", "failed"]
Objective: TypeAlias = Literal["minimize", "maximize"]


class JobCounts(Document):
    """How many jobs a trial has, by what became of them."""

    queued: int = Field(description="Points that wait to be proposed.")
    proposed: int = Field(description="All jobs that there ever were.")
    pending: int
    running: int
    succeeded: int
    failed: int
    pruned: int
    cancelled: int
    attempts_lost: int = Field(description="Attempts that ended without a result.")
    imported: int = Field(description="Of the jobs: evaluated elsewhere.")
    retracted: int = Field(description="Of the jobs: their results count no more.")


class Best(Document):
    """The best job until now."""

    job_id: str
    number: int
    loss: float
    params: Params
    at: Time


class Improvement(Document):
    """When the best loss became better."""

    number: int
    loss: float
    at: Time


class OpenJob(Document):
    """A job that has not ended."""

    job_id: str
    number: int
    state: Literal["pending", "running"]
    params: Params
    since: Time | None = Field(description="In this state; null: the jobs are not that far yet.")


class ForkedFrom(Document):
    """The moment of another trial that a trial began with."""

    trial_id: str
    position: int = Field(description="Of the log: what the other trial was like there.")
    results: int = Field(description="How many of its results are known points of this trial.")
    left_out: dict[str, int] = Field(
        description="How many could not be, by the reason: `out_of_space`, `lacks_parameter`, "
        "`other_objective`, `too_many`."
    )


class ListedTrial(Document):
    """A trial, as lists show it."""

    trial_id: str
    name: str
    state: TrialState
    reason: str = Field(description="Why it ends or has ended, in a word; empty while it is open.")
    message: str = Field(description="The same in a sentence.")
    objective: Objective
    image: str | None
    command: list[str] | None
    external: bool = Field(description="Evaluated by programs that ask for its jobs.")
    algorithm: str
    seed: int
    budget: Budget
    parallelism: int
    priority: int
    pool: str
    tags: list[str]
    archived: bool
    forked_from: ForkedFrom | None
    submitted_at: Time
    started_at: Time | None
    finished_at: Time | None
    updated_at: Time
    jobs: JobCounts
    running: list[OpenJob] = Field(description="Jobs that are open, running ones first, some.")
    best: Best | None
    improvements: list[Improvement] = Field(
        description="Where there are many: every second; in lists 40 of them, the first and the "
        "newest among them."
    )
    location: str = Field(description="Where a person finds the results.")


class Trial(ListedTrial):
    """A trial."""

    notes: str = Field(description="What people wrote about it, in Markdown.")


class TrialPage(Listed[ListedTrial]):
    """Some trials."""


class TrialAccepted(Document):
    """The id of a trial that is recorded, and not yet to be seen."""

    trial_id: str


class SpaceSize(Document):
    """How large a search space is."""

    size: int | None = Field(description="How many different params; null: it is continuous.")
    dimensions: int


class Validated(Document):
    """What a trial document means; nothing of it was recorded."""

    valid: Literal[True]
    spec: TrialSpec
    runs_in: Literal["docker", "process", "external"]
    space: SpaceSize
    proposals: list[Params] = Field(description="The params of the first jobs, of one seed.")
    notes: list[str] = Field(description="What you may not expect.")


class Clone(Asked):
    """How the new trial shall differ."""

    changes: Free = Field(
        default_factory=dict, description="A JSON merge patch over the spec; null takes away."
    )


def _moment(value: Any) -> Any:
    """One problem with what is no moment, where a union would have one with each of its types."""
    if value is None or (isinstance(value, int | str) and not isinstance(value, bool)):
        return value
    raise ValueError("must be a position of the log, or a time such as 2026-01-31T12:00:00Z")


class Fork(Asked):
    """The moment to begin with, and how the new trial shall differ."""

    at: Annotated[int | str | None, BeforeValidator(_moment)] = Field(
        default=None,
        description="A position of the log, or a time as in RFC 3339; now, where none is named.",
    )
    after_job: int | None = Field(
        default=None, ge=1, description="In place of `at`: when the job of this number had ended."
    )
    changes: Free = Field(
        default_factory=dict,
        description="A JSON merge patch over the spec of then; null takes away.",
    )
    results: bool = Field(
        default=True, description="Whether the results that counted then become known points."
    )
    fill: Free = Field(
        default_factory=dict,
        description="Values, nested as params are, for parameters that the results lack.",
    )


class Changes(Asked):
    """What shall change; what is not named stays as it is."""

    budget: Free | None = Field(default=None, description="The whole budget, as in a trial.")
    parallelism: int | None = Field(default=None, ge=1, le=100_000)
    priority: int | None = Field(default=None, ge=-1000, le=1000)
    notes: str | None = Field(default=None, max_length=MAX_NOTES, description="In Markdown.")
    tags: list[Tag] | None = Field(default=None, max_length=MAX_TAGS)
    archived: bool | None = None
