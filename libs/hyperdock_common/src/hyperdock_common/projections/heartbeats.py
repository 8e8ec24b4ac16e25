"""The heartbeats view: when each worker was last heard of. Folded from pulses, not from facts."""

from collections.abc import Mapping
from typing import Any, Final

from hyperdock_common.events import Event, Heartbeat, RecordedEvent
from hyperdock_common.ports import ViewSchema

SCHEMA = ViewSchema(name="heartbeats")

EVENTS: Final[tuple[type[Event], ...]] = (Heartbeat,)
"""The classes of the events that may change a document."""


def keys(event: Event) -> tuple[str, ...]:
    """Which documents an event changes."""
    return (event.worker_id,) if isinstance(event, Heartbeat) else ()


def fold(_doc: Mapping[str, Any] | None, record: RecordedEvent) -> dict[str, Any]:
    """The newest heartbeat."""
    event = record.event
    if not isinstance(event, Heartbeat):
        raise TypeError(f"{type(event).__name__} does not belong to the heartbeats view")
    return {"worker_id": event.worker_id, "last_seen": record.envelope.occurred_at}
