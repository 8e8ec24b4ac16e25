"""The curves view: a job's intermediate values (its metrics), some steps to a document.

So a curve may be of any length, and a thousand values neither cost a thousand documents nor write
one large document a thousand times.
"""

from collections.abc import Mapping
from typing import Any, Final

from hyperdock_common.events import Event, MetricReported, RecordedEvent
from hyperdock_common.ports import ViewSchema

SCHEMA = ViewSchema(name="curves", indexes=(("job_id", "order"), ("trial_id", "order")))

STEPS: Final = 50
"""How many steps, by their numbers, stand in one document."""

EVENTS: Final[tuple[type[Event], ...]] = (MetricReported,)
"""The classes of the events that may change a document."""


def keys(event: Event) -> tuple[str, ...]:
    """Which documents an event changes."""
    if isinstance(event, MetricReported):
        return (f"{event.job_id}/{event.attempt}/{event.step // STEPS}",)
    return ()


def fold(doc: Mapping[str, Any] | None, record: RecordedEvent) -> dict[str, Any]:
    """The values at some steps; a later report of the same step replaces them."""
    event = record.event
    if not isinstance(event, MetricReported):
        raise TypeError(f"{type(event).__name__} does not belong to the curves view")
    point = {"values": event.values, "at": record.envelope.occurred_at, "order": record.position}
    return {
        "trial_id": event.trial_id,
        "job_id": event.job_id,
        "attempt": event.attempt,
        "steps": event.step // STEPS,
        "order": record.position if doc is None else doc["order"],
        "points": {**({} if doc is None else doc["points"]), str(event.step): point},
    }
