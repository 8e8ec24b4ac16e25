"""What stories are made of."""

from dataclasses import dataclass

from hyperdock_common.events import RecordedEvent
from hyperdock_common.events.codec import type_name


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRef:
    """Names a recorded event."""

    position: int
    event_id: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What an event says, in words.

    Attributes:
        at: when it happened, seconds since 1970 UTC, by the clock of whoever said so.
        because: the event that it follows from; None where none is known.
        events: how many events it stands for; the one that it names is the last of them.
    """

    position: int
    at: float
    event_id: str
    type: str
    text: str
    because: EventRef | None = None
    events: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A job's number, and the loss that it ended with."""

    number: int
    loss: float


def ref_to(record: RecordedEvent) -> EventRef:
    """The name of an event."""
    return EventRef(
        position=record.position,
        event_id=record.envelope.event_id,
        type=type_name(record.event),
    )


def sentence(
    record: RecordedEvent, text: str, because: RecordedEvent | None = None, events: int = 1
) -> Sentence:
    """What an event says."""
    return Sentence(
        position=record.position,
        at=record.envelope.occurred_at,
        event_id=record.envelope.event_id,
        type=type_name(record.event),
        text=text,
        because=None if because is None else ref_to(because),
        events=events,
    )
