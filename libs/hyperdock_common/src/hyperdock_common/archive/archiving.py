"""Moves a prefix of a log into files: written, read back and found right before the log forgets it.

It may be ended at any point and done again, while the system runs or not. The order is what makes
that safe: the segments, each with a note of what it holds; the index; the manifest that names them;
and only then the log forgets. What a run that was ended has left is read anew before it is used.
"""

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

import msgspec

from hyperdock_common.archive.archived_log import Store, refuse_foreign
from hyperdock_common.archive.index import Index, NoIndex, extend_index, index_path
from hyperdock_common.archive.leftovers import clean, note_path, refuse_strays
from hyperdock_common.archive.manifest import (
    Manifest,
    Segment,
    UnusableArchive,
    read_manifest,
    replace_file,
    write_manifest,
)
from hyperdock_common.archive.reading import Archive
from hyperdock_common.archive.segments import (
    SEGMENT_EVENTS,
    check_file,
    read_segment,
    segment_name,
    write_segment,
)
from hyperdock_common.checking.progress import Progress, silent
from hyperdock_common.errors import HyperdockError
from hyperdock_common.ports import ArchiveMark, StoredEvent
from hyperdock_common.transfer import Header, section, stored_at
from hyperdock_common.transfer.lines import line_of


class ArchiveBusy(HyperdockError):
    """Raised when another process is archiving into the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another process is writing to the archive {folder}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archiving:
    """How to archive.

    Attributes:
        folder: of the archive; made where it is missing.
        new_id: makes the id of a new archive.
        clock: seconds since 1970.
        release: which release of Hyperdock writes.
        segment_events: how many facts a file holds at most.
        ready: called when the folder has the archive on the disk, before the log forgets.
    """

    folder: Path
    new_id: Callable[[], str]
    clock: Callable[[], float]
    release: str
    segment_events: int = SEGMENT_EVENTS
    ready: Callable[[], object] = lambda: None


def archive_prefix(store: Store, to: int, how: Archiving, progress: Progress = silent) -> Manifest:
    """Moves the facts up to `to`, those that are not archived yet; the manifest afterwards.

    Raises:
        ValueError: the log has no fact behind `to`: its last one stays where it is.
        UnusableArchive: the folder has the archive or segments of another log, or damaged files.
        ArchiveBusy: another process is at it.
        BrokenLog: the log is damaged: it is not archived before it is mended.
        StorageUnavailable, OSError: as the log and the disk raise them; it may be done again.
    """
    if to >= (head := store.head()):
        raise ValueError(f"position {to} cannot be archived: the log ends at {head}")
    mark = store.archived()
    if mark is not None and read_manifest(how.folder) is None:
        problem = f"holds no archive; the log has one up to position {mark.position}"
        raise UnusableArchive(how.folder, problem)
    how.folder.mkdir(parents=True, exist_ok=True)
    with _alone(how.folder):
        before = _begun(store, how)
        after = before
        for first in range(before.last + 1, to + 1, how.segment_events):
            last = min(first + how.segment_events - 1, to)
            segment = _left(store, how.folder, after, last)
            segment = segment or _written(store, after, last, how, progress)
            after = _longer(after, segment)
        if after != read_manifest(how.folder):
            _index(how.folder, before, after, progress)
            write_manifest(how.folder, after)
        how.ready()
        _forget(store, after)
        clean(how.folder, after)
    return after


def _begun(store: Store, how: Archiving) -> Manifest:
    """What is there, up to the first segment that the log still has and that cannot be read."""
    manifest = read_manifest(how.folder) or Manifest(archive_id=how.new_id())
    mark = store.archived()
    refuse_strays(how.folder, manifest, store)
    sound: list[Segment] = []
    for segment in manifest.segments:
        is_forgotten = mark is not None and segment.last <= mark.position
        if not is_forgotten and _last_fact(how.folder, segment) is None:
            break
        sound.append(segment)
    if len(sound) < len(manifest.segments):
        manifest = Manifest(archive_id=manifest.archive_id, segments=tuple(sound))
    refuse_foreign(Archive(how.folder, manifest), store)
    return manifest


def _left(store: Store, folder: Path, before: Manifest, last: int) -> Segment | None:
    """The segment that a run which was ended has left; None where there is none that fits."""
    note = note_path(folder, segment_name(before.last, last))
    try:
        segment = msgspec.json.decode(note.read_bytes(), type=Segment)
    except (OSError, msgspec.MsgspecError):
        return None
    chain_before = None if before.chain is None else before.chain.hex()
    if (segment.first, segment.last, segment.chain_before) != (before.last + 1, last, chain_before):
        return None
    fact = _last_fact(folder, segment)
    return segment if fact is not None and fact == stored_at(store, last) else None


def _last_fact(folder: Path, segment: Segment) -> StoredEvent | None:
    """The last fact of a segment that is sound as a whole."""
    fact = None
    try:
        check_file(folder, segment)
        for fact in read_segment(folder, segment):  # noqa: B007 - the last one is meant
            pass
    except UnusableArchive:
        return None
    return fact


def _written(
    store: Store, before: Manifest, last: int, how: Archiving, progress: Progress
) -> Segment:
    """One more segment, which was read back."""
    header = Header(
        after=before.last,
        to=last,
        chain=None if before.chain is None else before.chain.hex(),
        made_at=how.clock(),
        release=how.release,
    )
    written, back = sha256(), sha256()

    def facts() -> Iterator[StoredEvent]:
        for fact in section(store, before.last, last, before.chain):
            written.update(line_of(fact))
            progress("events", fact.position, last)
            yield fact

    segment = write_segment(how.folder, header, facts())
    check_file(how.folder, segment)
    for fact in read_segment(how.folder, segment):
        back.update(line_of(fact))
    if back.digest() != written.digest():
        problem = "does not hold what was written into it: the disk is not to be trusted"
        raise UnusableArchive(how.folder / segment.name, problem)
    text = msgspec.json.encode(segment)
    replace_file(note_path(how.folder, segment.name), lambda file: file.write(text))
    return segment


def _longer(manifest: Manifest, segment: Segment) -> Manifest:
    return Manifest(archive_id=manifest.archive_id, segments=(*manifest.segments, segment))


def _index(folder: Path, before: Manifest, after: Manifest, progress: Progress) -> None:
    """Makes the index of the longer archive: from all segments, where the earlier one is gone."""
    earlier: Path | None = index_path(folder, before)
    added = after.segments[len(before.segments) :]
    facts: Iterable[StoredEvent] = chain.from_iterable(read_segment(folder, e) for e in added)
    try:
        Index(index_path(folder, before), before).close()
    except NoIndex:
        earlier = None
        facts = chain(Archive(folder, before).facts(), facts)

    def told() -> Iterator[StoredEvent]:
        for fact in facts:
            progress("events indexed", fact.position, after.last)
            yield fact

    extend_index(index_path(folder, after), after, earlier, told())


def _forget(store: Store, manifest: Manifest) -> None:
    """Tells the store that it need not keep what is archived; also where it was told before.

    It may have been ended while it forgot.
    """
    if manifest.last:
        mark = ArchiveMark(
            position=manifest.last, chain=manifest.chain, archive_id=manifest.archive_id
        )
        store.forget(mark)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveBusy(folder) from error
        yield
