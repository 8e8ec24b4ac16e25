"""The notes view: what people write about a trial, apart from the trials view as it may be long."""

from collections.abc import Mapping
from typing import Any, Final

from hyperdock_common.events import Event, RecordedEvent, TrialAnnotated, TrialSubmitted
from hyperdock_common.ports import ViewSchema

SCHEMA = ViewSchema(name="notes")

EVENTS: Final[tuple[type[Event], ...]] = (TrialSubmitted, TrialAnnotated)
"""The classes of the events that may change a document."""


def keys(event: Event) -> tuple[str, ...]:
    """Which documents an event changes."""
    match event:
        case TrialSubmitted(trial_id=trial_id, spec=spec) if spec.get("notes"):
            return (trial_id,)
        case TrialAnnotated(trial_id=trial_id, notes=str()):
            return (trial_id,)
        case _:
            return ()


def fold(_doc: Mapping[str, Any] | None, record: RecordedEvent) -> dict[str, Any]:
    """The newest notes."""
    match record.event:
        case TrialSubmitted(spec=spec):
            return {"notes": spec["notes"]}
        case TrialAnnotated(notes=notes):
            return {"notes": notes}
        case other:
            raise TypeError(f"{type(other).__name__} does not belong to the notes view")
