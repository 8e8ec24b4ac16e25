"""Recorded events as messages of the feed, and back."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from hyperdock_common.errors import DecodeError
from hyperdock_common.events import RecordedEvent
from hyperdock_common.events.codec import decode, encode

_MOST: Final = 100
_MOST_BYTES: Final = 1024 * 1024


class _Line(msgspec.Struct, array_like=True):
    position: int
    recorded_at: float
    envelope: msgspec.Raw


_decoder = msgspec.json.Decoder(list[_Line])
_encoder = msgspec.json.Encoder()


def pack(record: RecordedEvent) -> bytes:
    """One recorded event, as a part of a message."""
    envelope = msgspec.Raw(encode(record.envelope))
    return _encoder.encode(_Line(record.position, record.recorded_at, envelope))


def bodies(parts: Sequence[bytes]) -> Iterator[bytes]:
    """Messages of at most 100 events, and of at most 1 MiB if they hold more than one."""
    batch: list[bytes] = []
    size = 0
    for part in parts:
        if batch and (len(batch) == _MOST or size + len(part) > _MOST_BYTES):
            yield body(batch)
            batch, size = [], 0
        batch.append(part)
        size += len(part)
    if batch:
        yield body(batch)


def body(parts: Sequence[bytes]) -> bytes:
    """One message of these events."""
    return b"[" + b",".join(parts) + b"]"


def unpack(message: bytes) -> list[RecordedEvent]:
    """The events of a message.

    Raises:
        DecodeError: it holds none, or none that this release knows.
    """
    try:
        lines = _decoder.decode(message)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise DecodeError(f"no recorded events: {error}", message) from error
    return [
        RecordedEvent(
            position=line.position,
            recorded_at=line.recorded_at,
            envelope=decode(bytes(line.envelope)),
        )
        for line in lines
    ]
