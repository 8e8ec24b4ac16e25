"""The specs view: a trial's spec in full, apart from the trials view because it never changes."""

from collections.abc import Mapping
from typing import Any, Final

from hyperdock_common.events import Event, RecordedEvent, TrialSubmitted
from hyperdock_common.ports import ViewSchema

SCHEMA = ViewSchema(name="specs")

EVENTS: Final[tuple[type[Event], ...]] = (TrialSubmitted,)
"""The classes of the events that may change a document."""


def keys(event: Event) -> tuple[str, ...]:
    """Which documents an event changes."""
    return (event.trial_id,) if isinstance(event, TrialSubmitted) else ()


def fold(_doc: Mapping[str, Any] | None, record: RecordedEvent) -> dict[str, Any]:
    """The spec as it was submitted."""
    event = record.event
    if not isinstance(event, TrialSubmitted):
        raise TypeError(f"{type(event).__name__} does not belong to the specs view")
    return dict(event.spec)
