"""What one step decided, on its way to the log.

Deciding the same again after a crash gives the same event id.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from hyperdock_common.events import Envelope, Event, WorkerLost, deterministic_id, stream_of
from hyperdock_common.events.codec import type_name

_IDENTITY = ("job_id", "attempt", "reason")
"""The fields that tell decided events of one type and stream apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The wall clock (for what is recorded) and the monotonic one (for leases), in seconds."""

    wall: Callable[[], float]
    monotonic: Callable[[], float]


@dataclass(slots=True, kw_only=True)
class Commit:
    """What one step wants to record."""

    facts: list[Envelope] = field(default_factory=list)
    pulses: list[Envelope] = field(default_factory=list)


def decided(event: Event, at: float, producer: str, cause: Envelope | None) -> Envelope:
    """The envelope of a decided event, as a link in the chain that its cause belongs to."""
    names = [str(getattr(event, name)) for name in _IDENTITY if hasattr(event, name)]
    if isinstance(event, WorkerLost):
        names.append(str(at))  # a worker may be lost again and again
    return Envelope(
        event_id=deterministic_id(stream_of(event), type_name(event), *names),
        stream=stream_of(event),
        event=event,
        occurred_at=at,
        producer=producer,
        causation_id=cause.event_id if cause else None,
        correlation_id=(cause.correlation_id or cause.event_id) if cause else None,
    )
