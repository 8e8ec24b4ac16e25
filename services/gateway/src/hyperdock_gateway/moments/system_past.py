"""The past of everything: views of the whole log at some moments, in scratch files.

A file that was given out is never changed again. To go on from it, it is copied; so the next
moment of a film costs a copy and the events in between. A moment that takes longer than a request
waits is gone on with by whoever asks next.
"""

import shutil
import weakref
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Final

from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.ports import EventLog
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, project
from hyperdock_gateway.moments.patience import NotTogether, Patience
from hyperdock_gateway.moments.scratch import ScratchFolder

MOST_FILES: Final = 4
_BATCH: Final = 1_000
_BESIDE: Final = ("", "-wal")  # a WAL file holds what is not in the file itself yet


class Snapshot:
    """The views at one position. Its file goes when nobody has it any more.

    Attributes:
        views: to be read; whoever reads them holds on to this object, too.
        position: up to where all of them are folded.
        is_given: somebody reads it, so it stays as it is.
    """

    def __init__(self, path: Path, position: int) -> None:
        self.path = path
        self.views: Final = SqliteViewStore(path, SCHEMAS)
        self.position = position
        self.is_given = False
        weakref.finalize(self, _remove, self.views, path)


class SystemPast:
    """The snapshots that were asked for last. Thread safe; one request at a time folds."""

    def __init__(self, log: EventLog, most_files: int = MOST_FILES) -> None:
        self._log = log
        self._most = most_files
        self._folding = Lock()
        self._snapshots: list[Snapshot] = []
        self._scratch: ScratchFolder | None = None
        self._names = count()

    def at(self, position: int, patience: Patience) -> Snapshot:
        """The views at a position.

        Raises:
            NotTogether: it takes too long now.
            StorageUnavailable: there is no room for the scratch files.
        """
        given = self._given(position)
        if given is not None:
            return given
        with patience.holding(self._folding, position, self._furthest):
            return self._given(position) or self._made(position, patience)

    def clear(self) -> None:
        """Forgets all, and removes the files that nobody reads now."""
        with self._folding:
            self._snapshots = []

    def close(self) -> None:
        """Removes all files."""
        self.clear()
        if self._scratch is not None:
            self._scratch.close()
            self._scratch = None

    def _given(self, position: int) -> Snapshot | None:
        found = [each for each in self._snapshots if each.is_given and each.position == position]
        return found[0] if found else None

    def _furthest(self) -> int:
        return max((each.position for each in self._snapshots if not each.is_given), default=0)

    def _made(self, position: int, patience: Patience) -> Snapshot:
        snapshot = self._begun(position)
        self._use(snapshot)
        while snapshot.position < position:
            if patience.is_over:
                raise NotTogether(position, snapshot.position)
            most = min(_BATCH, position - snapshot.position)
            records = self._log.read(snapshot.position, most)
            for projection in PROJECTIONS:
                project(projection, snapshot.views, records)
            snapshot.position = records[-1].position
        snapshot.is_given = True
        return snapshot

    def _begun(self, position: int) -> Snapshot:
        """Where to go on: the nearest before, or a copy of it."""
        before = [each for each in self._snapshots if each.position <= position]
        nearest = max(before, key=lambda each: each.position, default=None)
        if nearest is not None and not nearest.is_given:
            return nearest
        path = self._place() / f"{next(self._names)}.sqlite"
        if nearest is not None:
            _copy(nearest.path, path)
        return Snapshot(path, 0 if nearest is None else nearest.position)

    def _place(self) -> Path:
        if self._scratch is None:
            self._scratch = ScratchFolder()
        return self._scratch.path

    def _use(self, snapshot: Snapshot) -> None:
        """Makes it the newest one, and lets go of the oldest where there are too many."""
        others = [each for each in self._snapshots if each is not snapshot]
        self._snapshots = [*others, snapshot][-self._most :]


def _copy(source: Path, to: Path) -> None:
    for beside in _BESIDE:
        part = source.with_name(source.name + beside)
        if part.exists():
            shutil.copyfile(part, to.with_name(to.name + beside))


def _remove(views: SqliteViewStore, path: Path) -> None:
    views.close()
    for beside in (*_BESIDE, "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
