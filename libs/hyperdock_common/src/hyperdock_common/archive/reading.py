"""An archive as it is read: by position, by event id and by stream, in bounded memory."""

import os
import tempfile
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from hyperdock_common.archive.index import Index, NoIndex, extend_index, index_path, open_index
from hyperdock_common.archive.manifest import NAME, Manifest, Segment, read_manifest
from hyperdock_common.archive.segments import check_file, read_frame, read_segment
from hyperdock_common.checking.progress import Progress, silent
from hyperdock_common.ports import StoredEvent

_KEPT_FRAMES: Final = 8
_log = structlog.get_logger()


class Archive:
    """The archive in a folder, as its manifest was when it was opened. Thread safe.

    Raises:
        UnusableArchive: from every method: what is wrong, and in which file.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._firsts = [segment.first for segment in manifest.segments]
        self._frames: OrderedDict[tuple[str, int], Sequence[StoredEvent]] = OrderedDict()
        self._lock = threading.Lock()
        self._index_lock = threading.Lock()
        self._index: Index | None = None

    @property
    def last(self) -> int:
        """The position of the last fact."""
        return self.manifest.last

    def stored(self, after: int, limit: int) -> Sequence[StoredEvent]:
        """At most `limit` facts behind a position, in order."""
        found: list[StoredEvent] = []
        after = max(after, 0)
        while len(found) < limit and after < self.last:
            frame = self._frame_of(after + 1)
            found += frame[after + 1 - frame[0].position :][: limit - len(found)]
            after = found[-1].position
        return found

    def at(self, position: int) -> StoredEvent:
        """The fact at a position that is here."""
        frame = self._frame_of(position)
        return frame[position - frame[0].position]

    def of_stream(self, stream: str, after: int, limit: int) -> Sequence[StoredEvent]:
        """At most `limit` facts of a stream behind a position, in order."""
        index = self._opened_index()
        return [self.at(each) for each in index.of_stream(stream, after, self.last, limit)]

    def positions(self, event_ids: Collection[str]) -> dict[str, int]:
        """Where these event ids are, of those that are here."""
        found = self._opened_index().positions(event_ids)
        return {event_id: place for event_id, place in found.items() if place <= self.last}

    def unindexed(self, facts: Collection[StoredEvent]) -> Sequence[StoredEvent]:
        """Of facts that are here, those that the index does not lead to."""
        return self._opened_index().unindexed(facts)

    def facts(self, progress: Progress = silent) -> Iterator[StoredEvent]:
        """All facts, each file as a whole, with everything checked that a file says of itself."""
        for segment in self.manifest.segments:
            check_file(self.folder, segment)
            for fact in read_segment(self.folder, segment):
                progress("archived events", fact.position, self.last)
                yield fact

    def close(self) -> None:
        """Lets go of the index."""
        with self._index_lock:
            if self._index is not None:
                self._index.close()
                self._index = None

    def place_of(self, position: int) -> tuple[Segment, int, int]:
        """Which frame of which segment a position is in, and the last position in that frame."""
        segment = self.manifest.segments[bisect_right(self._firsts, position) - 1]
        number = bisect_right(segment.frames, position, key=_first) - 1
        is_last = number + 1 == len(segment.frames)
        last = segment.last if is_last else segment.frames[number + 1][0] - 1
        return segment, number, last

    def _frame_of(self, position: int) -> Sequence[StoredEvent]:
        segment, number, _ = self.place_of(position)
        place = (segment.name, number)
        with self._lock:
            if place in self._frames:
                self._frames.move_to_end(place)
                return self._frames[place]
        frame = read_frame(self.folder, segment, number)
        with self._lock:
            self._frames[place] = frame
            if len(self._frames) > _KEPT_FRAMES:
                self._frames.popitem(last=False)
        return frame

    def _opened_index(self) -> Index:
        with self._index_lock:
            if self._index is None:
                self._index = self._found_index()
            return self._index

    def _found_index(self) -> Index:
        path = index_path(self.folder, self.manifest)
        try:
            return open_index(self.folder, self.manifest)
        except NoIndex as error:
            _log.warning("archive_index_made_anew", archive=str(self.folder), reason=str(error))
        with suppress(OSError):  # a folder that only others may write to
            return self._made_index(path)
        with tempfile.TemporaryDirectory(prefix="hyperdock-index-") as folder:
            return self._made_index(Path(folder) / path.name)  # read on when its name is gone

    def _made_index(self, path: Path) -> Index:
        extend_index(path, self.manifest, None, self.facts())
        return Index(path, self.manifest)


class ArchiveFolder:
    """The folder of an archive, which may grow, or come to be, while it is looked at."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._archive: Archive | None = None

    def archive(self, *, anew: bool = False) -> Archive | None:
        """The archive as it is now, the same one while nothing changes; None where there is none.

        Args:
            anew: read the manifest also where it does not look changed.

        Raises:
            UnusableArchive: its manifest cannot be read.
        """
        stamp = self._stamp_now()
        with self._lock:
            if stamp is None:
                return None
            if anew or stamp != self._stamp:
                manifest = read_manifest(self.path)
                if manifest is None:
                    self._archive = None
                elif self._archive is None or self._archive.manifest != manifest:
                    self._archive = Archive(self.path, manifest)
                self._stamp = stamp
            return self._archive

    def _stamp_now(self) -> tuple[int, int, int] | None:
        """What changes with the manifest. A file system of the network looks anew when opening."""
        try:
            with (self.path / NAME).open("rb") as file:
                found = os.fstat(file.fileno())
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size


def _first(frame: tuple[int, int]) -> int:
    return frame[0]
