"""An archive and its store as one log for those who verify: they see past what cannot be read.

Reading stops at a damaged file, as it must. Here it is noted, and what is behind it is looked at.
An index that is missing is no damage: whoever needs it makes it anew. One that does not lead to
everything is: nobody would notice.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from hyperdock_common.archive.archived_log import Store
from hyperdock_common.archive.index import Index, NoIndex, damaged_index, open_index
from hyperdock_common.archive.manifest import UnusableArchive
from hyperdock_common.archive.reading import Archive
from hyperdock_common.archive.segments import check_file
from hyperdock_common.checking.progress import Progress, silent
from hyperdock_common.ports import ArchiveMark, StoredEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFile:
    """A file of an archive that is not as it was written.

    Attributes:
        first: position of the first fact that was in it, or that it does not lead to.
        last: position of the last one.
        problem: what is wrong with it, in words.
    """

    name: str
    first: int
    last: int
    problem: str


class AuditedLog:
    """What can be read of a log, out of its archive and its store."""

    def __init__(self, archive: Archive, store: Store) -> None:
        self._archive = archive
        self._store = store
        self._index: Index | None = None
        with suppress(NoIndex):
            self._index = open_index(archive.folder, archive.manifest)
        self._unindexed = 0
        self._first_unindexed = 0
        self._last_unindexed = 0

    def head(self) -> int:
        """See `EventLog.head`."""
        return self._store.head()

    def archived(self) -> ArchiveMark | None:
        """None: the archive is read, too."""
        return None

    def stored(self, after: int, limit: int = 500) -> Sequence[StoredEvent]:
        """See `StoredLog.stored`; it steps over frames that cannot be read.

        The store may have what is in them, as long as it has not forgotten it.
        """
        found: list[StoredEvent] = []
        while len(found) < limit and after < self._archive.last:
            _, _, last = self._archive.place_of(after + 1)
            try:
                found += self._archive.stored(after, last - after)
            except UnusableArchive:  # verifying tells which positions are missing
                kept = self._store.stored(after, last - after)
                found += [fact for fact in kept if fact.position <= last]
            after = last
        if len(found) < limit:
            found += self._store.stored(max(after, self._archive.last), limit - len(found))
        return found

    def unindexed(self, facts: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """See `StoredLog.unindexed`: those of the store. Of the archive's `bad_index` tells."""
        archived = [each for each in facts if each.position <= self._archive.last]
        if self._index is not None and (found := self._index.unindexed(archived)):
            self._unindexed += len(found)
            self._first_unindexed = self._first_unindexed or found[0].position
            self._last_unindexed = found[-1].position
        return self._store.unindexed([e for e in facts if e.position > self._archive.last])

    def bad_index(self) -> BadFile | None:
        """The archive's index, where it does not lead to everything that was looked at."""
        if self._index is None or not self._unindexed:
            return None
        error = damaged_index(self._index.path, f"{self._unindexed:,} events are not found by it")
        return BadFile(
            name=self._index.path.name,
            first=self._first_unindexed,
            last=self._last_unindexed,
            problem=error.problem,
        )

    def close(self) -> None:
        """Lets go of the index; the store is its owner's to close."""
        if self._index is not None:
            self._index.close()


def bad_files(archive: Archive, progress: Progress = silent) -> list[BadFile]:
    """The segments that are not those that were written, by their size and hash."""
    found: list[BadFile] = []
    for segment in archive.manifest.segments:
        progress("archived facts", segment.first, archive.last)
        try:
            check_file(archive.folder, segment)
        except UnusableArchive as error:
            bad = BadFile(
                name=segment.name, first=segment.first, last=segment.last, problem=error.problem
            )
            found.append(bad)
    return found
