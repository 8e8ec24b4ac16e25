"""Points of users: what is asked with them, and what became of them."""

from typing import Annotated

from pydantic import Field

from hyperdock_common.spec.model import MAX_POINTS
from hyperdock_gateway.api.documents.model import Asked, Document, Free, Params


class NewPoint(Asked):
    """Params to be run, or with the loss that they were found to have elsewhere."""

    params: Params
    loss: float | None = None
    metrics: Free = Field(default_factory=dict)


class NewPoints(Asked):
    """Points for a trial."""

    points: Annotated[list[NewPoint], Field(min_length=1, max_length=MAX_POINTS)]


class AddedPoint(Document):
    """A point that was added."""

    point_id: str
    job_id: str | None = Field(description="Its job; null: it waits to be proposed.")


class Added(Document):
    """The points that were added, in their order."""

    trial_id: str
    points: list[AddedPoint]


class Retried(Document):
    """The point that a job's params were added as."""

    point_id: str
    job_id: str | None = Field(description="Its job; null: it waits to be proposed.")


class Reason(Asked):
    """Why."""

    reason: str = Field(default="", max_length=1000)
