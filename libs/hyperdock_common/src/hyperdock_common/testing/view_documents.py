"""The views and documents that the contract of the `ViewStore` port is tried with."""

from collections.abc import Sequence
from typing import Final, Protocol

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import RebuildableViews, ViewSchema, ViewStore

CONTRACT_VIEWS: Final = (
    ViewSchema(
        name="jobs",
        indexes=(
            ("trial_id", "number"),
            ("trial_id", "loss"),
            ("trial_id", "state", "loss"),
            ("name",),
            ("end.at",),
        ),
        sortable=("params",),
    ),
    ViewSchema(name="trials"),
)
"""The views that an adapter is opened with, unless a test says otherwise."""


class OpenViews(Protocol):
    """Opens a store as another process would."""

    def __call__(self, schemas: Sequence[ViewSchema] = CONTRACT_VIEWS) -> ViewStore:
        """The same store each time."""


class OpenRebuildable(Protocol):
    """Opens a store with generations as another process would."""

    def __call__(self, schemas: Sequence[ViewSchema] = CONTRACT_VIEWS) -> RebuildableViews:
        """The same store each time."""


def job(number: int) -> JsonObject:
    """A job as a document: every third of a trial is still open and lacks a loss."""
    is_open = number % 6 >= 4
    losses: tuple[Json, ...] = (-1.5, 0, 7.25, 3)
    return {
        "trial_id": f"t{number % 2}",
        "number": number,
        "state": "open" if is_open else "done",
        "name": f"job {number}",
        "loss": None if is_open else losses[number % 4],
        "end": {"at": 1000.5 - number},
    }


def numbers(documents: object) -> list[Json]:
    """The numbers of jobs, as short names for them."""
    assert isinstance(documents, list)
    return [each["number"] for each in documents]
