"""What programs say and hear that evaluate the jobs of an `external` trial themselves."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from hyperdock_gateway.api.documents.job import Graph
from hyperdock_gateway.api.documents.model import Asked, Document, Free, Params, Values
from hyperdock_gateway.api.documents.trial import TrialState

JobId = Annotated[str, Field(max_length=120)]
AttemptNumber = Annotated[int, Field(ge=1, le=10**9)]
Seconds = Annotated[float, Field(ge=0, le=30)]


class NewEvaluator(Asked):
    """A program that is to evaluate jobs of one trial."""

    name: str = Field(
        default="",
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="What people call it.",
    )
    slots: int = Field(default=1, ge=1, le=1000, description="How many jobs it runs at once.")


class Evaluator(Document):
    """A program that may ask for jobs."""

    evaluator_id: str
    trial_id: str
    heartbeat_seconds: float = Field(description="Send a heartbeat about so often.")


class Wish(Asked):
    """How long to wait for a job."""

    wait: Seconds = Field(default=0, description="Seconds; then there is none for now.")


class Proposal(Document):
    """A job, for the program that asked: it holds the lease of this attempt now."""

    job_id: str
    trial_id: str
    number: int
    attempt: int
    params: Params


class HeldAttempt(Asked):
    """An attempt that the program evaluates."""

    job_id: JobId
    attempt: AttemptNumber


class Beat(Asked):
    """A sign of life: the leases of these attempts go on."""

    attempts: list[HeldAttempt] = Field(default_factory=list, max_length=1000)


class Orders(Document):
    """What the program is to know."""

    stop: list[str] = Field(description="Jobs that it shall give up: they are not wanted any more.")
    trial_state: TrialState


class Report(HeldAttempt):
    """Intermediate values."""

    step: int = Field(ge=0, le=2**53)
    values: Annotated[Values, Field(min_length=1, max_length=1000)]


class Failure(Asked):
    """Why there is no loss."""

    reason: str = Field(default="", max_length=1000)
    message: str = Field(default="", max_length=10_000)


class Verdict(HeldAttempt):
    """How an attempt ended: with a loss, or with a failure."""

    loss: float | None = None
    failed: Failure | None = None
    metrics: Free = Field(default_factory=dict)
    graphs: list[Graph] = Field(default_factory=list, max_length=100)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.loss is None) == (self.failed is None):
            raise ValueError("tell either `loss` or `failed`")
        return self
