"""What one step decided, on its way to the log.

Deciding the same again after a crash gives the same event id.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from hyperdock_common.errors import HyperdockError
from hyperdock_common.events import (
    Envelope,
    Event,
    TrialStopRequested,
    WorkerLost,
    deterministic_id,
    stream_of,
)
from hyperdock_common.events.codec import encode, type_name

_MOST_EVENTS = 1_000
_MOST_BYTES = 4 * 1024 * 1024
"""In a commit, but for an event that is larger by itself; a log takes several times as much."""

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


def in_commits(facts: Sequence[Envelope]) -> Iterator[Sequence[Envelope]]:
    """The facts in parts that a log takes at once, in order; most often one."""
    part: list[Envelope] = []
    size = 0
    for each in facts:
        length = len(encode(each))
        if part and (len(part) == _MOST_EVENTS or size + length > _MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(each)
        size += length
    if part:
        yield part


def optimizer_failed(trial_id: str, error: HyperdockError) -> TrialStopRequested:
    """The end of a trial whose optimizer cannot go on."""
    return TrialStopRequested(
        trial_id=trial_id, end="failed", reason="optimizer", message=str(error)
    )


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
