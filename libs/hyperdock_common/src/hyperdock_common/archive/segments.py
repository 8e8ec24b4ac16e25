"""The segments of an archive: each a packed file of events, as `hyperdock events export` writes."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Final

from hyperdock_common.archive.manifest import Segment, UnusableArchive
from hyperdock_common.durability import sync_folder
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports import StoredEvent
from hyperdock_common.transfer import DamagedFile, EventFile, EventReader, Header
from hyperdock_common.transfer.frames import BrokenFrame, unpack
from hyperdock_common.transfer.lines import NotALine, read_line

SEGMENT_EVENTS: Final = 100_000
SEGMENT_PATTERN: Final = f"{'[0-9]' * 12}-{'[0-9]' * 12}.ndjson.zst"


def segment_name(after: int, to: int) -> str:
    """What the file of the facts behind `after` up to `to` is called."""
    return f"{after + 1:012d}-{to:012d}.ndjson.zst"


def write_segment(folder: Path, header: Header, facts: Iterable[StoredEvent]) -> Segment:
    """Writes a segment, durably, under a name of its own. It is not read back here."""
    name = segment_name(header.after, header.to)
    part = folder / f"{name}.part"
    with part.open("wb") as file:
        written = EventFile(file, header, packed=True)
        for fact in facts:
            written.add(fact)
        trailer = written.end()
        file.flush()
        os.fsync(file.fileno())
    with part.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    part.replace(folder / name)
    sync_folder(folder)
    return Segment(
        name=name,
        first=header.after + 1,
        last=trailer.last,
        size=written.size,
        sha256=digest,
        chain_before=header.chain,
        chain=trailer.chain,
        frames=tuple(written.frames),
        end=written.end_of_frames,
    )


def check_file(folder: Path, segment: Segment) -> None:
    """Looks whether the file is the one that was written.

    Raises:
        UnusableArchive: it is not; says which one.
    """
    path = folder / segment.name
    with _readable(path), path.open("rb") as file:
        size = path.stat().st_size
        if size != segment.size:
            raise UnusableArchive(path, f"was cut or changed: {size} bytes, not {segment.size}")
        if file_digest(file, "sha256").hexdigest() != segment.sha256:
            raise UnusableArchive(path, "was changed: its SHA-256 is not the manifest's")


def read_segment(folder: Path, segment: Segment) -> Iterator[StoredEvent]:
    """All facts of a segment, each checked against those before it.

    Raises:
        UnusableArchive: one is not as it was written, or the file is of other positions.
    """
    path = folder / segment.name
    try:
        with _readable(path), path.open("rb") as file:
            reader = EventReader(file, str(path))
            told = (reader.header.after + 1, reader.header.to, reader.header.chain)
            if told != (segment.first, segment.last, segment.chain_before):
                raise UnusableArchive(path, "holds other positions than the manifest says")
            yield from reader.facts()
            if reader.trailer is None or reader.trailer.chain != segment.chain:
                raise UnusableArchive(path, "ends with another chain than the manifest says")
    except DamagedFile as error:
        problem = f"is damaged behind position {error.position}: {error.problem}"
        raise UnusableArchive(path, problem) from error


def read_frame(folder: Path, segment: Segment, number: int) -> list[StoredEvent]:
    """The facts of one frame.

    Raises:
        UnusableArchive: the file is missing or damaged; says which one.
    """
    path = folder / segment.name
    first, start = segment.frames[number]
    is_last = number + 1 == len(segment.frames)
    end = segment.end if is_last else segment.frames[number + 1][1]
    until = segment.last if is_last else segment.frames[number + 1][0] - 1
    with _readable(path), path.open("rb") as file:
        file.seek(start)
        packed = file.read(end - start)
    try:
        lines = unpack(packed).splitlines(keepends=True)
        facts = [_fact(line) for line in lines]
    except (BrokenFrame, NotALine) as error:
        raise UnusableArchive(path, f"is damaged at position {first} or behind: {error}") from error
    if [each.position for each in facts] != list(range(first, until + 1)):
        raise UnusableArchive(path, f"does not hold positions {first} to {until}")
    return facts


def _fact(line: bytes) -> StoredEvent:
    read = read_line(line)
    if not isinstance(read, StoredEvent):
        raise NotALine("a header or an end stands among the facts")
    return read


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise UnusableArchive(path, "is missing: bring it back from a copy") from error
    except OSError as error:
        raise StorageUnavailable(f"{path}: {error.strerror or error}") from error
