"""What clients of the feed get: one JSON object a message, encoded once for all of them."""

from dataclasses import dataclass
from typing import Any

import msgspec

from hyperdock_common.events import Event, JobEvent, RecordedEvent, WorkerEvent
from hyperdock_common.events.codec import envelope_to_wire
from hyperdock_common.web import text_frame

WORKERS = "workers"
TRIALS = "trials"

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Message:
    """A recorded fact as readers get it: whom it concerns, and the bytes of its frame."""

    position: int
    topics: frozenset[str]
    frame: bytes


def to_message(record: RecordedEvent) -> Message:
    """The fact as a message."""
    content = {"kind": "event", **wire_of(record)}
    return Message(record.position, topics_of(record.event), frame(content))


def wire_of(record: RecordedEvent) -> dict[str, Any]:
    """The fact as one JSON object."""
    return {
        "position": record.position,
        "recorded_at": record.recorded_at,
        **envelope_to_wire(record.envelope),
    }


def topics_of(event: Event) -> frozenset[str]:
    """The topics that an event belongs to."""
    if isinstance(event, WorkerEvent):
        return frozenset((WORKERS,))
    trial = f"trial:{event.trial_id}"
    if isinstance(event, JobEvent):
        return frozenset((trial, f"job:{event.job_id}"))
    return frozenset((trial, TRIALS))


def alive(position: int) -> bytes:
    """Says that everything up to `position` was sent."""
    return frame({"kind": "alive", "position": position})


def frame(content: dict[str, Any]) -> bytes:
    """A JSON object as the frame that carries it."""
    return text_frame(_encode(content))
