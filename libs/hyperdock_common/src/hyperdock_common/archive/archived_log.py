"""A log of which a prefix is in an archive: both are read as one, and nobody sees the seam.

What the archive holds is read from there, the rest from the store. An archive may grow while it is
read: its manifest names a fact before the store forgets it, so nothing is ever in neither.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from hyperdock_common.archive.manifest import UnusableArchive
from hyperdock_common.archive.reading import Archive, ArchiveFolder
from hyperdock_common.errors import AlreadyRecorded, Archived, Conflict
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.events.codec import decode_recorded
from hyperdock_common.ports import ArchiveMark, EventLog, StoredEvent, StoredLog


class Store(EventLog, StoredLog, Protocol):
    """What both adapters of the log are."""


class ArchivedEventLog:
    """An `EventLog` and `StoredLog` over a store and the archive of its prefix.

    Args:
        store: holds what is not archived, and takes what is new.
        folder: of the archive, where there is one or will be; None: there must not be any.
    """

    def __init__(self, store: Store, folder: Path | None) -> None:
        self._store = store
        self._folder = None if folder is None else ArchiveFolder(folder)
        self._fitting: Archive | None = None
        self.append_pulses = store.append_pulses
        self.read_pulses = store.read_pulses
        self.restore = store.restore
        self.forget = store.forget
        self.head = store.head

    def check(self) -> None:
        """Looks whether store and archive belong together, and make a whole log.

        Raises:
            Archived: the store's first facts are in an archive that is not named, or not there.
            UnusableArchive: what is there is of another log, or not all of it is there.
            StorageUnavailable: the store does not answer.
        """
        archive, mark = self._archive(), self._store.archived()
        if mark is None or archive is not None:
            return
        if self._folder is None:
            raise Archived(mark.position)
        problem = f"holds no archive; the log needs the one of positions 1 to {mark.position}"
        raise UnusableArchive(self._folder.path, problem)

    def append(self, expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        """See `EventLog.append`.

        Store and archive are asked as one before: between the two an event might move, and who
        appends another one meanwhile moves the head.
        """
        if self._folder is not None and self.known([each.event_id for each in batch]):
            if (actual := self._store.head()) != expected:
                raise Conflict(expected, actual)
            raise AlreadyRecorded
        return self._store.append(expected, batch)

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> Sequence[RecordedEvent]:
        """See `EventLog.read`."""
        at_most, after = max(limit, 0), max(after, 0)
        archive = self._archive()
        while True:
            try:
                return self._read(archive, after, at_most, stream)
            except Archived:  # in the meantime; before that the manifest was written
                before, archive = archive, self._archive(anew=True)
                if archive is before:
                    raise

    def known(self, event_ids: Collection[str]) -> set[str]:
        """See `EventLog.known`."""
        known = self._store.known(event_ids)
        archive = self._archive()  # after the store: what that forgot meanwhile is in there
        if archive is not None and (rest := set(event_ids) - known):
            known |= set(archive.positions(rest))
        return known

    def find(self, event_id: str) -> RecordedEvent | None:
        """See `EventLog.find`."""
        if (found := self._store.find(event_id)) is not None:
            return found
        archive = self._archive()
        position = None if archive is None else archive.positions([event_id]).get(event_id)
        return None if archive is None or position is None else _record(archive.at(position))

    def stored(self, after: int, limit: int = 500) -> Sequence[StoredEvent]:
        """See `StoredLog.stored`."""
        while True:
            archive = self._archive()
            found = [] if archive is None else list(archive.stored(after, limit))
            if len(found) < limit:
                start = max(after, archive.last if archive else 0)
                found += self._store.stored(start, limit - len(found))
            if self._archive() is archive:  # else the store may have stepped over what just went
                return found

    def unindexed(self, facts: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """See `StoredLog.unindexed`."""
        archive = self._archive()
        last = archive.last if archive else 0
        found = list(self._store.unindexed([each for each in facts if each.position > last]))
        if archive is not None and (moved := [each for each in facts if each.position <= last]):
            found = [*archive.unindexed(moved), *found]
        return found

    def archived(self) -> ArchiveMark | None:
        """See `StoredLog.archived`: None where the archive is read, too, and nothing is missing."""
        return self._store.archived() if self._archive() is None else None

    def close(self) -> None:
        """Lets go of the archive; the store is its owner's to close."""
        if self._fitting is not None:
            self._fitting.close()

    def _read(
        self, archive: Archive | None, after: int, limit: int, stream: str | None
    ) -> Sequence[RecordedEvent]:
        if archive is None or after >= archive.last:
            return self._store.read(after, limit, stream=stream)
        if stream is None:
            stored = archive.stored(after, limit)
        else:
            stored = archive.of_stream(stream, after, limit)
        found = [_record(each) for each in stored]
        if len(found) < limit:
            found += self._store.read(archive.last, limit - len(found), stream=stream)
        return found

    def _archive(self, *, anew: bool = False) -> Archive | None:
        """The archive as it is now, once it is known to be of this log."""
        if self._folder is None:
            return None
        archive = self._folder.archive(anew=anew)
        if archive is self._fitting:
            return archive
        if archive is None:  # a share that is away: nobody knows now what was recorded
            raise UnusableArchive(self._folder.path, "holds no archive any more: bring it back")
        refuse_foreign(archive, self._store)
        self._fitting = archive  # the one before may be in use; it goes with its last user
        return archive


def refuse_foreign(archive: Archive, store: Store) -> ArchiveMark | None:
    """Looks whether an archive is of this log; the store's mark.

    Raises:
        UnusableArchive: it is of another one, or lacks some of what the store has moved.
    """
    mark = store.archived()
    if mark is None:
        _compare_last(archive, store)
        return None
    manifest = archive.manifest
    if manifest.archive_id != mark.archive_id:
        problem = f"is another archive ({manifest.archive_id}) than the log's ({mark.archive_id})"
        raise UnusableArchive(archive.folder, problem)
    if archive.last < mark.position:
        problem = f"ends at position {archive.last}; the log needs it up to {mark.position}"
        raise UnusableArchive(archive.folder, problem)
    if archive.last > mark.position:
        _compare_last(archive, store)
    elif manifest.chain != mark.chain:
        problem = f"has another hash chain at position {mark.position} than the log"
        raise UnusableArchive(archive.folder, problem)
    return mark


def _compare_last(archive: Archive, store: Store) -> None:
    """While nothing was forgotten the store has the archive's last fact, too."""
    if not archive.last:
        return
    if archive.at(archive.last) not in store.stored(archive.last - 1, 1):
        mark = store.archived()
        if mark is not None and mark.position >= archive.last:
            return  # it was forgotten just now
        problem = f"is of another log: that has something else at position {archive.last}"
        raise UnusableArchive(archive.folder, problem)


def _record(fact: StoredEvent) -> RecordedEvent:
    return decode_recorded(fact.position, fact.recorded_at, fact.body)
