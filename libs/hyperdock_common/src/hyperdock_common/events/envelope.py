"""An event on its way (`Envelope`) and an event in the log (`RecordedEvent`)."""

import uuid
from dataclasses import dataclass, field
from typing import TypeAlias

from hyperdock_common.events.job import JobEvent
from hyperdock_common.events.trial import TrialEvent
from hyperdock_common.events.worker import Heartbeat, WorkerEvent

Event: TypeAlias = TrialEvent | JobEvent | WorkerEvent

_NAMESPACE = uuid.UUID("5d0a2f9c-3a57-5c39-9f0e-6b7f3a1c8e21")


def deterministic_id(*parts: object) -> str:
    """The same id for the same parts: whoever decides the same thing again records it once."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(str(part) for part in parts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An event with what is needed to carry, order, deduplicate and explain it.

    Attributes:
        event_id: unique; the same fact published twice carries the same id.
        stream: `trial-<id>` or `worker-<id>`: whose history this belongs to.
        occurred_at: the producer's wall clock, seconds since 1970 UTC.
        producer: which process said so.
        causation_id: the event that this one follows from.
        correlation_id: the event that began the whole chain.
        actor: the user (the name of the token) who asked for it; None where nobody did.
        wire: the encoded bytes, once they are known: an event is encoded once on its way. It is
            the codec's own, and no part of what the envelope says.
    """

    event_id: str
    stream: str
    event: Event
    occurred_at: float
    producer: str
    causation_id: str | None = None
    correlation_id: str | None = None
    actor: str | None = None
    wire: bytes | None = field(default=None, init=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """An envelope that is in the log, at its position in the one global order (1, 2, 3, …)."""

    position: int
    recorded_at: float
    envelope: Envelope

    @property
    def event(self) -> Event:
        """The event itself."""
        return self.envelope.event


def stream_of(event: Event) -> str:
    """The stream an event belongs to: its trial's where it has one, else its worker's."""
    if isinstance(event, WorkerEvent):
        return f"worker-{event.worker_id}"
    return f"trial-{event.trial_id}"


def is_pulse(event: Event) -> bool:
    """Whether an event is a pulse: kept for a while, never a reason to read history."""
    return isinstance(event, Heartbeat)
