"""The only place where events become bytes and bytes become events.

Events are stored under explicit names with a version (`job.proposed.v1`), never class paths. An
old version is brought to the newest shape by `upcasters` when it is read, so the rest of the code
knows only today's events.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import msgspec

from hyperdock_common.errors import DecodeError, UnknownEvent
from hyperdock_common.events import job, trial, worker
from hyperdock_common.events.envelope import Envelope, Event, RecordedEvent
from hyperdock_common.events.foreign import ForeignEvent

Upcaster: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]

_NAMES: Final[Mapping[type[Event], tuple[str, int]]] = MappingProxyType(
    {
        trial.TrialSubmitted: ("trial.submitted", 1),
        trial.TrialPaused: ("trial.paused", 1),
        trial.TrialResumed: ("trial.resumed", 1),
        trial.TrialStopRequested: ("trial.stop_requested", 1),
        trial.TrialFinished: ("trial.finished", 1),
        trial.TrialChanged: ("trial.changed", 1),
        trial.TrialAnnotated: ("trial.annotated", 1),
        trial.TrialArchived: ("trial.archived", 1),
        trial.PointsAdded: ("trial.points_added", 1),
        job.JobProposed: ("job.proposed", 1),
        job.JobClaimed: ("job.claimed", 1),
        job.JobStarted: ("job.started", 1),
        job.MetricReported: ("job.metric_reported", 1),
        job.JobFinished: ("job.finished", 1),
        job.AttemptLost: ("job.attempt_lost", 1),
        job.JobStopRequested: ("job.stop_requested", 1),
        job.JobRetracted: ("job.retracted", 1),
        worker.WorkerRegistered: ("worker.registered", 1),
        worker.Heartbeat: ("worker.heartbeat", 1),
        worker.WorkerLeft: ("worker.left", 1),
        worker.WorkerLost: ("worker.lost", 1),
        worker.WorkerDrainSet: ("worker.drain_set", 1),
    }
)
_CLASSES: Final = MappingProxyType({name: (cls, v) for cls, (name, v) in _NAMES.items()})

UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = MappingProxyType({})
"""From (name, version) to the function that makes the data of version + 1 of it."""

_OUTCOMES: Final = MappingProxyType(
    {
        "succeeded": job.Succeeded,
        "failed": job.Failed,
        "pruned": job.Pruned,
        "cancelled": job.Cancelled,
    }
)
_OUTCOME_NAMES: Final = MappingProxyType({cls: name for name, cls in _OUTCOMES.items()})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _JobFinishedData(job.JobFinished):
    outcome: Any  # msgspec cannot tell dataclasses apart: `kind` picks the class


_JOB_FINISHED_FIELDS: Final = tuple(each.name for each in dataclasses.fields(job.JobFinished))


class _UnknownType(ValueError):
    """The bytes say what they are, and this release has no such event."""


class Header(msgspec.Struct, forbid_unknown_fields=False, frozen=True):
    """What a stored event says of itself, whether or not this release knows its type."""

    event_id: str
    type: str
    stream: str
    occurred_at: float
    producer: str


class _Wire(msgspec.Struct, forbid_unknown_fields=False):
    event_id: str
    type: str
    stream: str
    occurred_at: float
    producer: str
    data: dict[str, Any]
    causation_id: str | None = None
    correlation_id: str | None = None
    actor: str | None = None


_MAX_DEPTH: Final = 100
_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, KeyError, TypeError, RecursionError)
_decoder = msgspec.json.Decoder(_Wire)
_header_decoder = msgspec.json.Decoder(Header)
_encoder = msgspec.json.Encoder()


def type_name(event: Event | ForeignEvent) -> str:
    """The stored name of an event, with its version: `job.proposed.v1`."""
    if isinstance(event, ForeignEvent):
        return event.type
    name, version = _NAMES[type(event)]
    return f"{name}.v{version}"


def outcome_name(outcome: job.Outcome) -> str:
    """The stored name of an outcome: `succeeded`, `failed`, `pruned` or `cancelled`."""
    return _OUTCOME_NAMES[type(outcome)]


def event_to_data(event: Event | ForeignEvent) -> dict[str, Any]:
    """The event's own fields as JSON values."""
    if isinstance(event, ForeignEvent):
        return event.data
    data: dict[str, Any] = msgspec.to_builtins(event)
    if isinstance(event, job.JobFinished):
        data["outcome"]["kind"] = outcome_name(event.outcome)
    return data


def envelope_to_wire(envelope: Envelope) -> dict[str, Any]:
    """The envelope as one JSON object, for people and programs outside."""
    return {
        "event_id": envelope.event_id,
        "type": type_name(envelope.event),
        "stream": envelope.stream,
        "occurred_at": envelope.occurred_at,
        "producer": envelope.producer,
        "causation_id": envelope.causation_id,
        "correlation_id": envelope.correlation_id,
        "actor": envelope.actor,
        "data": event_to_data(envelope.event),
    }


def encode(envelope: Envelope) -> bytes:
    """The envelope as JSON in UTF-8: those bytes that it came in, if it did.

    Raises:
        ValueError: it holds NaN, infinity, half a character or a bottomless nesting:
            `decode` could not read it.
    """
    if envelope.wire is not None:
        return envelope.wire
    try:
        wire = envelope_to_wire(envelope)
    except RecursionError as error:
        raise ValueError(f"nested more than {_MAX_DEPTH} levels deep") from error
    _refuse_unreadable(wire, _MAX_DEPTH)
    return _remembered(envelope, _encoder.encode(wire))


def decode(raw: bytes) -> Envelope:
    """The envelope that `encode` made, in this or an earlier release.

    Raises:
        UnknownEvent: the bytes are an event, of a type that this release does not know.
        DecodeError: they are no JSON text, or no event at all.
    """
    try:
        raw.decode()  # the decoder does not look at what it passes over; whoever stores it must
        wire = _decoder.decode(raw)
        event = _event(wire.type, wire.data)
    except _UNREADABLE as error:
        kind = UnknownEvent if isinstance(error, _UnknownType) else DecodeError
        raise kind(f"not an event: {error}", raw) from error
    envelope = _envelope(wire, event)
    if wire.type == type_name(event):
        _remembered(envelope, bytes(raw))
    return envelope


def decode_recorded(position: int, recorded_at: float, raw: bytes) -> RecordedEvent:
    """A recorded event out of what a log holds of it.

    Raises:
        DecodeError: as `decode`, with the position.
    """
    try:
        envelope = decode(raw)
    except DecodeError as error:
        reason = f"at position {position}: {error.reason}"
        raise type(error)(reason, raw, position) from error
    return RecordedEvent(position=position, recorded_at=recorded_at, envelope=envelope)


def decode_kept(position: int, recorded_at: float, raw: bytes) -> RecordedEvent:
    """The same for those who only show it: what a later release recorded is a `ForeignEvent`.

    Raises:
        DecodeError: the bytes are no event.
    """
    try:
        return decode_recorded(position, recorded_at, raw)
    except UnknownEvent:
        wire = _decoder.decode(raw)
    foreign: Any = ForeignEvent(type=wire.type, data=wire.data)
    envelope = _envelope(wire, foreign)
    _remembered(envelope, bytes(raw))
    return RecordedEvent(position=position, recorded_at=recorded_at, envelope=envelope)


def decode_header(raw: bytes) -> Header:
    """What stored bytes say of themselves, of a later release's event too.

    Raises:
        DecodeError: the bytes are no event.
    """
    try:
        raw.decode()
        return _header_decoder.decode(raw)
    except _UNREADABLE as error:
        raise DecodeError(f"not an event: {error}", raw) from error


def _envelope(wire: _Wire, event: Event) -> Envelope:
    return Envelope(
        event_id=wire.event_id,
        stream=wire.stream,
        event=event,
        occurred_at=wire.occurred_at,
        producer=wire.producer,
        causation_id=wire.causation_id,
        correlation_id=wire.correlation_id,
        actor=wire.actor,
    )


def _remembered(envelope: Envelope, raw: bytes) -> bytes:
    object.__setattr__(envelope, "wire", raw)  # frozen for everybody else
    return raw


def _event(typed: str, data: dict[str, Any]) -> Event:
    name, _, version_text = typed.rpartition(".v")
    if name not in _CLASSES:
        raise _UnknownType(f"unknown event type {typed!r}")
    cls, newest = _CLASSES[name]
    version = int(version_text)
    if version > newest:
        raise _UnknownType(f"{typed} is newer than this release, which knows version {newest}")
    for old in range(version, newest):
        data = UPCASTERS[name, old](data)
    return _job_finished(data) if cls is job.JobFinished else msgspec.convert(data, cls)


def _job_finished(data: dict[str, Any]) -> job.JobFinished:
    read = msgspec.convert(data, _JobFinishedData)
    fields = {name: getattr(read, name) for name in _JOB_FINISHED_FIELDS}
    kind = _OUTCOMES[read.outcome["kind"]]
    return job.JobFinished(**{**fields, "outcome": msgspec.convert(read.outcome, kind)})


def _refuse_unreadable(value: object, room: int) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} cannot stand in an event")
    if isinstance(value, dict | list):
        if not room:
            raise ValueError(f"nested more than {_MAX_DEPTH} levels deep")
        for each in value.values() if isinstance(value, dict) else value:
            _refuse_unreadable(each, room - 1)
