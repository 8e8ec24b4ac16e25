"""What clients of the feed get: one JSON object a message, encoded once for all of them."""

from dataclasses import dataclass
from typing import Any

import msgspec

from hyperdock_common.events import Event, JobEvent, RecordedEvent, WorkerEvent
from hyperdock_common.events.codec import envelope_to_wire
from hyperdock_common.events.foreign import ForeignEvent
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
    return Message(record.position, _topics_of(record), frame(content))


def wire_of(record: RecordedEvent) -> dict[str, Any]:
    """The fact as one JSON object."""
    event: Event | ForeignEvent = record.event
    flag = {"known": False} if isinstance(event, ForeignEvent) else {}
    return {
        "position": record.position,
        "recorded_at": record.recorded_at,
        **envelope_to_wire(record.envelope),
        **flag,
    }


def _topics_of(record: RecordedEvent) -> frozenset[str]:
    event: Event | ForeignEvent = record.event
    if not isinstance(event, ForeignEvent):
        return topics_of(event)
    kind, _, name = record.envelope.stream.partition("-")  # what this release knows of it
    return frozenset((f"trial:{name}",) if kind == "trial" else (WORKERS,))


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
