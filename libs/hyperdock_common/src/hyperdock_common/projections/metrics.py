"""The metrics view: one document for every intermediate value, for curves of any length."""

from collections.abc import Mapping
from typing import Any

from hyperdock_common.events import Event, MetricReported, RecordedEvent
from hyperdock_common.ports import ViewSchema

SCHEMA = ViewSchema(name="metrics", indexes=(("job_id", "order"), ("trial_id", "order")))


def keys(event: Event) -> tuple[str, ...]:
    """Which documents an event changes."""
    if isinstance(event, MetricReported):
        return (f"{event.job_id}/{event.attempt}/{event.step}",)
    return ()


def fold(_doc: Mapping[str, Any] | None, record: RecordedEvent) -> dict[str, Any]:
    """The values at one step; a later report of the same step replaces them."""
    event = record.event
    if not isinstance(event, MetricReported):
        raise TypeError(f"{type(event).__name__} does not belong to the metrics view")
    return {
        "trial_id": event.trial_id,
        "job_id": event.job_id,
        "attempt": event.attempt,
        "step": event.step,
        "values": event.values,
        "at": record.envelope.occurred_at,
        "order": record.position,
    }
