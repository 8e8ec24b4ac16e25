"""What a SQLite log remembers of the facts that were moved out of it into an archive.

A mark says up to where, and how far each stream had come there: its next fact is numbered on.
"""

import sqlite3
from typing import Final

from hyperdock_common.errors import NotAsRecorded
from hyperdock_common.ports import ArchiveMark

STATEMENTS: Final = (
    """
    CREATE TABLE IF NOT EXISTS archive (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        position INTEGER NOT NULL,
        chain BLOB,
        archive_id TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS archived_streams (
        stream TEXT PRIMARY KEY,
        version INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
)

STAND_INS: Final = {
    "archive.position": """
        CREATE TEMP VIEW archive AS
        SELECT 0 AS position, NULL AS chain, '' AS archive_id WHERE FALSE
    """,
    "archived_streams.version": """
        CREATE TEMP VIEW archived_streams AS SELECT '' AS stream, 0 AS version WHERE FALSE
    """,
}

_MARK: Final = "SELECT position, chain, archive_id FROM archive"
_NOTE: Final = "INSERT OR REPLACE INTO archive VALUES (1, ?, ?, ?)"
_FACT: Final = "SELECT chain FROM events WHERE position = ?"
_NOTE_STREAMS: Final = """
    INSERT INTO archived_streams
    SELECT stream, count(*) FROM events WHERE position > ? AND position <= ? GROUP BY stream
    ON CONFLICT (stream) DO UPDATE SET version = version + excluded.version
"""
_ARCHIVED_OF: Final = "SELECT version FROM archived_streams WHERE stream = ?"
_LAST_OF: Final = "SELECT version FROM events WHERE stream = ? ORDER BY position DESC LIMIT 1"
_COUNT_OF: Final = "SELECT count(*) FROM events WHERE stream = ? AND position > ?"
_DROP: Final = """
    DELETE FROM events
    WHERE position <= min(?, (SELECT min(position) FROM events) - 1 + ?)
"""
_DROPPED_AT_ONCE: Final = 10_000


def mark_of(connection: sqlite3.Connection) -> ArchiveMark | None:
    """The mark; None where nothing was archived."""
    row = connection.execute(_MARK).fetchone()
    if row is None:
        return None
    position, chain, archive_id = row
    return ArchiveMark(position=position, chain=chain, archive_id=archive_id)


def gone(connection: sqlite3.Connection, stream: str | None) -> int:
    """Up to where facts are in the archive, of one stream if named; 0 where none are."""
    mark = mark_of(connection)
    if mark is None or (stream is not None and not _archived(connection, stream)):
        return 0
    return mark.position


def version_of(connection: sqlite3.Connection, stream: str) -> int:
    """How many facts a stream has had."""
    row = connection.execute(_LAST_OF, (stream,)).fetchone()
    if row is not None and isinstance(row[0], int):
        return row[0]
    mark = mark_of(connection)
    before = _archived(connection, stream)
    if row is None:
        return before
    (count,) = connection.execute(_COUNT_OF, (stream, mark.position if mark else 0)).fetchone()
    return before + int(count)


def note(connection: sqlite3.Connection, mark: ArchiveMark, head: int) -> None:
    """Sets the mark, if it is behind the one that there is.

    Raises:
        ValueError, NotAsRecorded: as `StoredLog.forget`.
    """
    known = mark_of(connection)
    if known is not None and mark.position <= known.position:
        return
    if mark.position >= head:
        raise ValueError(f"position {mark.position} cannot go: the log's last fact must stay")
    row = connection.execute(_FACT, (mark.position,)).fetchone()
    if row is None or row[0] != mark.chain:
        raise NotAsRecorded(mark.position, "the archive's hash is not the one that the log has")
    connection.execute(_NOTE_STREAMS, (known.position if known else 0, mark.position))
    connection.execute(_NOTE, (mark.position, mark.chain, mark.archive_id))


def drop_some(
    connection: sqlite3.Connection, position: int, at_once: int = _DROPPED_AT_ONCE
) -> bool:
    """Removes some of the facts up to a position; whether there may be more."""
    return connection.execute(_DROP, (position, at_once)).rowcount > 0


def _archived(connection: sqlite3.Connection, stream: str) -> int:
    row = connection.execute(_ARCHIVED_OF, (stream,)).fetchone()
    return 0 if row is None else int(row[0])
