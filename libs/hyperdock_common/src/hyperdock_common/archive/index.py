"""Where each archived event id and stream is: one SQLite file beside the segments, never changed.

It belongs to a manifest by its name. A longer archive gets a new one, and the old one goes: so it
is read without any lock, also from a folder that several machines share and only one may write to.
It can always be made again from the segments.
"""

import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

from hyperdock_common.archive.manifest import Manifest, UnusableArchive
from hyperdock_common.durability import sync_folder
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports import StoredEvent

INDEX_PATTERN: Final = f"index-{'[0-9]' * 12}.sqlite"
_VERSION: Final = 1
_LAYOUT: Final = (
    "CREATE TABLE ids (digest BLOB PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE streams (stream INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE facts (
        stream INTEGER, position INTEGER, PRIMARY KEY (stream, position)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE about (archive_id TEXT NOT NULL, last INTEGER NOT NULL)",
)
_KNOWN: Final = "SELECT position FROM ids WHERE digest = ?"
_INDEXED: Final = """
    SELECT
        EXISTS (SELECT 1 FROM ids WHERE digest = ? AND position <= ?)
        AND EXISTS (
            SELECT 1 FROM facts
            WHERE stream = (SELECT stream FROM streams WHERE name = ?) AND position = ?
        )
"""
_REMEDY: Final = "end what reads it and remove it, and it is made anew from the segments"
_STREAM: Final = """
    SELECT position FROM facts
    WHERE stream = (SELECT stream FROM streams WHERE name = ?) AND position > ? AND position <= ?
    ORDER BY position LIMIT ?
"""


class NoIndex(Exception):
    """Raised when there is no index of a manifest, or none that can be read."""


class Index:
    """An index of what a manifest names, or of more. Thread safe.

    Raises:
        NoIndex: the file is not there, or is no such index.
        UnusableArchive: from every method: it is damaged.
    """

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            self._database = _opened(path)
            about = _about(self._database)
        except sqlite3.Error as error:
            raise NoIndex(f"{path}: {error}") from error
        if about is None or about[0] != manifest.archive_id or about[1] < manifest.last:
            self._database.close()
            raise NoIndex(f"{path} is of another archive, or of less")

    def positions(self, event_ids: Collection[str]) -> dict[str, int]:
        """Where these event ids are, of those that are here."""
        found: dict[str, int] = {}
        with self._asked():
            for event_id in event_ids:
                if row := self._database.execute(_KNOWN, (_digest(event_id),)).fetchone():
                    found[event_id] = row[0]
        return found

    def of_stream(self, stream: str, after: int, to: int, limit: int) -> Sequence[int]:
        """Where the facts of a stream are, in order."""
        with self._asked():
            found = self._database.execute(_STREAM, (stream, after, to, limit)).fetchall()
        return [position for (position,) in found]

    def unindexed(self, facts: Iterable[StoredEvent]) -> Sequence[StoredEvent]:
        """Of facts of the archive those that it does not lead to."""
        with self._lock:
            return [fact for fact in facts if not self._leads_to(fact)]

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()

    def _leads_to(self, fact: StoredEvent) -> bool:
        place = (_digest(fact.event_id), fact.position, fact.stream, fact.position)
        try:
            (found,) = self._database.execute(_INDEXED, place).fetchone()
        except sqlite3.DatabaseError:
            return False
        return bool(found)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except sqlite3.DatabaseError as error:
            raise damaged_index(self.path, str(error)) from error


def damaged_index(path: Path, problem: str) -> UnusableArchive:
    """The error of an index that is not what it should be, with what helps."""
    return UnusableArchive(path, f"is damaged ({problem}): {_REMEDY}")


def open_index(folder: Path, manifest: Manifest) -> Index:
    """The newest index in a folder: one of a longer archive knows all of a shorter one.

    Raises:
        NoIndex: there is none that fits.
    """
    for path in sorted(folder.glob(INDEX_PATTERN), reverse=True):
        with suppress(NoIndex):
            return Index(path, manifest)
    raise NoIndex(f"there is none in {folder}")


def index_path(folder: Path, manifest: Manifest) -> Path:
    """Where the index of a manifest is."""
    return folder / f"index-{manifest.last:012d}.sqlite"


def extend_index(
    path: Path, manifest: Manifest, before: Path | None, facts: Iterable[StoredEvent]
) -> None:
    """Makes the index of a manifest, on the disk as a whole or not at all.

    Args:
        path: where to.
        manifest: whose.
        before: the index of an earlier one; None where there is none.
        facts: what the earlier one does not know, all of it.

    Raises:
        UnusableArchive: the earlier one is damaged.
        StorageUnavailable: the file cannot be written: the disk may be full.
    """
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    os.close(descriptor)
    part = Path(name)
    try:
        if before is not None:
            shutil.copyfile(before, part)
        _fill(part, manifest, facts, anew=before is None)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(path)
    except sqlite3.Error as error:
        part.unlink(missing_ok=True)
        if before is not None and not isinstance(error, sqlite3.OperationalError):
            raise damaged_index(before, str(error)) from error
        raise StorageUnavailable(f"{path}: {error}") from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def drop_other_indexes(folder: Path, keep: Path) -> None:
    """Removes the indexes of earlier manifests; who has one open still reads it."""
    for path in folder.glob(INDEX_PATTERN):
        if path != keep:
            with suppress(OSError):
                path.unlink()


def _fill(path: Path, manifest: Manifest, facts: Iterable[StoredEvent], *, anew: bool) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-65536"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN")
        for statement in _LAYOUT if anew else ():
            database.execute(statement)
        streams: dict[str, int] = dict(database.execute("SELECT name, stream FROM streams"))
        for fact in facts:
            if fact.stream not in streams:
                streams[fact.stream] = len(streams) + 1
                row = (streams[fact.stream], fact.stream)
                database.execute("INSERT INTO streams VALUES (?, ?)", row)
            place = (streams[fact.stream], fact.position)
            database.execute("INSERT INTO facts VALUES (?, ?)", place)
            known = (_digest(fact.event_id), fact.position)
            database.execute("INSERT OR IGNORE INTO ids VALUES (?, ?)", known)
        database.execute("DELETE FROM about")
        database.execute("INSERT INTO about VALUES (?, ?)", (manifest.archive_id, manifest.last))
        database.execute(f"PRAGMA user_version={_VERSION}")
        database.execute("COMMIT")


def _opened(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise NoIndex(f"there is no {path}")
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )


def _about(database: sqlite3.Connection) -> tuple[str, int] | None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version != _VERSION:
        return None
    found: tuple[str, int] | None = database.execute(
        "SELECT archive_id, last FROM about"
    ).fetchone()
    return found


def _digest(event_id: str) -> bytes:
    return blake2b(event_id.encode(), digest_size=16).digest()
