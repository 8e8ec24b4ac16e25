"""The lines of a file of events: a header, one line a fact, and a trailer.

A fact's line carries its envelope byte for byte, so that a log which is written out and read in
again has the same bytes, and with them the same hash chain. Where those bytes are one line of JSON,
as they always are unless a store was damaged, they stand in the line as they are and any tool can
read them; else as base64.
"""

import binascii
from base64 import b64decode, b64encode
from typing import Final, TypeAlias

import msgspec

from hyperdock_common.ports import StoredEvent

FORMAT: Final = "hyperdock-events"
FORMAT_VERSION: Final = 1
_BREAKS: Final = (b"\n", b"\r")


class NotALine(ValueError):
    """Raised when a line is none of a file of events."""


class Header(msgspec.Struct, kw_only=True, frozen=True):
    """The first line: what the file holds.

    Attributes:
        after: the position behind which its facts begin.
        to: up to which position it holds all that it is to hold.
        stream: the one stream that it holds; None: all of them, without a gap.
        chain: of the fact at `after`, in hexadecimal; None where there is none.
        made_at: when, in seconds since 1970.
        release: which release of Hyperdock wrote it.
    """

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    after: int
    to: int
    stream: str | None = None
    chain: str | None = None
    made_at: float
    release: str


class Trailer(msgspec.Struct, kw_only=True, frozen=True):
    """The last line: what must have come before it.

    Attributes:
        count: how many facts.
        last: the position of the last one; the header's `after` where there is none.
        chain: of the last one, in hexadecimal.
        sha256: of all their lines, in hexadecimal.
    """

    end: str = FORMAT
    count: int
    last: int
    chain: str | None
    sha256: str


class _Head(msgspec.Struct, kw_only=True):
    position: int
    recorded_at: float
    version: int | None
    chain: str | None
    id: str
    stream: str


class _Fact(_Head):
    event: msgspec.Raw = msgspec.Raw()
    bytes: str | None = None


class _Any(msgspec.Struct):
    """What tells the lines apart."""

    format: str | None = None
    end: str | None = None


Line: TypeAlias = Header | StoredEvent | Trailer

_encoder: Final = msgspec.json.Encoder()
_raw: Final = msgspec.json.Decoder(msgspec.Raw)
_fact: Final = msgspec.json.Decoder(_Fact)
_any: Final = msgspec.json.Decoder(_Any)
_header: Final = msgspec.json.Decoder(Header)
_trailer: Final = msgspec.json.Decoder(Trailer)
_UNREADABLE: Final = (
    msgspec.MsgspecError,
    binascii.Error,
    ValueError,
    OverflowError,
    RecursionError,
)
_FACT_BEGINS: Final = b'{"position":'


def line_of(line: Line) -> bytes:
    """A line, with its end."""
    if not isinstance(line, StoredEvent):
        return _encoder.encode(line) + b"\n"
    head = _encoder.encode(
        _Head(
            position=line.position,
            recorded_at=line.recorded_at,
            version=line.version,
            chain=None if line.chain is None else line.chain.hex(),
            id=line.event_id,
            stream=line.stream,
        )
    )
    body = line.body
    if _stands_for_itself(body):
        return b"".join((head[:-1], b',"event":', body, b"}\n"))
    return b"".join((head[:-1], b',"bytes":"', b64encode(body), b'"}\n'))


def read_line(text: bytes) -> Line:
    """What `line_of` made a line of.

    Raises:
        NotALine: it is none, or one of a newer format.
    """
    try:
        if text.startswith(_FACT_BEGINS):
            return _read_fact(text)
        kind = _any.decode(text)
        if kind.end == FORMAT:
            return _trailer.decode(text)
        if kind.format == FORMAT:
            return _read_header(text)
    except _UNREADABLE as error:
        raise NotALine(str(error)) from error
    raise NotALine("it is no line of a file of events")


def _read_fact(text: bytes) -> StoredEvent:
    read = _fact.decode(text)
    body = bytes(read.event) if read.bytes is None else b64decode(read.bytes, validate=True)
    if not body:
        raise NotALine("it has no event")
    return StoredEvent(
        position=read.position,
        recorded_at=read.recorded_at,
        event_id=read.id,
        stream=read.stream,
        version=read.version,
        body=body,
        chain=None if read.chain is None else bytes.fromhex(read.chain),
    )


def _read_header(text: bytes) -> Header:
    header = _header.decode(text)
    if header.format_version > FORMAT_VERSION:
        raise NotALine(
            f"it is of format version {header.format_version}; "
            f"this release reads up to {FORMAT_VERSION}"
        )
    if header.chain is not None:
        bytes.fromhex(header.chain)
    return header


def _stands_for_itself(body: bytes) -> bool:
    """Whether it comes out of a line as it went in."""
    if any(each in body for each in _BREAKS):
        return False
    try:
        body.decode()
        return bytes(_raw.decode(body)) == body
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
