"""Writes a section of a log into a file, while the system runs or not."""

from dataclasses import dataclass
from typing import BinaryIO

from hyperdock_common.checking.progress import Progress, silent
from hyperdock_common.ports import StoredLog
from hyperdock_common.transfer.lines import Header, Trailer
from hyperdock_common.transfer.sections import chain_at, raw_section, section
from hyperdock_common.transfer.writing import EventFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to write.

    Attributes:
        after: the position behind which it begins.
        to: the last position.
        stream: only this one's facts. Such a file is for reading: it cannot be imported.
        packed: with zstd.
        made_at: now, in seconds since 1970.
        release: which release of Hyperdock writes.
    """

    after: int
    to: int
    stream: str | None = None
    packed: bool = True
    made_at: float
    release: str


def export_events(
    log: StoredLog, file: BinaryIO, wanted: Wanted, progress: Progress = silent
) -> Trailer:
    """Writes a file of events; what it ends with is returned.

    Raises:
        BrokenLog: the log is damaged.
        StorageUnavailable: as the log raises it.
        OSError: as the file raises it.
    """
    chain = None if wanted.stream else chain_at(log, wanted.after)
    header = Header(
        after=wanted.after,
        to=wanted.to,
        stream=wanted.stream,
        chain=None if chain is None else chain.hex(),
        made_at=wanted.made_at,
        release=wanted.release,
    )
    written = EventFile(file, header, packed=wanted.packed)
    facts = (
        raw_section(log, wanted.after, wanted.to)
        if wanted.stream
        else section(log, wanted.after, wanted.to, chain)
    )
    for fact in facts:
        if wanted.stream in (None, fact.stream):
            written.add(fact)
        progress("events", fact.position - wanted.after, wanted.to - wanted.after)
    return written.end()
