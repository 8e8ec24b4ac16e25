"""The event log in one SQLite file: durable when `append` returns, fenced by the head.

Pulses stand in the same file, so that there is one file to keep, but are written without a sync
of their own (see `SqliteDatabase.write`): nothing may depend on them being there.

Facts of files that were made before there were versions and a chain stay without: nothing vouches
for those, but by what is built upon them.
"""

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from hyperdock_common.adapters import sqlite_archive
from hyperdock_common.adapters.log_tail import LogTail
from hyperdock_common.adapters.sqlite_database import Layout, SqliteDatabase, is_damage
from hyperdock_common.errors import AlreadyRecorded, Archived, Conflict
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.events.codec import decode_recorded, encode
from hyperdock_common.ports import ArchiveMark, StoredEvent

_Row: TypeAlias = tuple[int, float, bytes]

_LAYOUT: Final = Layout(
    application_id=0x48444C47,  # HDLG
    version=2,
    statements=(
        """
        CREATE TABLE IF NOT EXISTS events (
            position INTEGER PRIMARY KEY,
            event_id TEXT NOT NULL UNIQUE,
            stream TEXT NOT NULL,
            recorded_at REAL NOT NULL,
            body BLOB NOT NULL,
            version INTEGER,
            chain BLOB
        )
        """,
        "CREATE INDEX IF NOT EXISTS events_of_stream ON events (stream, position)",
        """
        CREATE TABLE IF NOT EXISTS pulses (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            recorded_at REAL NOT NULL,
            body BLOB NOT NULL
        )
        """,
        "CREATE INDEX IF NOT EXISTS pulses_by_age ON pulses (recorded_at)",
        *sqlite_archive.STATEMENTS,
    ),
    upgrades={
        1: (
            "ALTER TABLE events ADD COLUMN version INTEGER",
            "ALTER TABLE events ADD COLUMN chain BLOB",
        )
    },
    stand_ins={
        "events.chain": """
            CREATE TEMP VIEW events AS SELECT *, NULL AS version, NULL AS chain FROM main.events
        """,
        **sqlite_archive.STAND_INS,
    },
)
_HEAD: Final = "SELECT coalesce(max(position), 0) FROM events"
_APPEND: Final = """
    INSERT INTO events (position, event_id, stream, recorded_at, body, version, chain)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_READ: Final = """
    SELECT position, recorded_at, body FROM events WHERE position > ? ORDER BY position LIMIT ?
"""
_READ_STREAM: Final = """
    SELECT position, recorded_at, body FROM events WHERE stream = ? AND position > ?
    ORDER BY position LIMIT ?
"""
_STORED: Final = """
    SELECT position, recorded_at, event_id, stream, version, body, chain FROM events
    WHERE position > ? ORDER BY position LIMIT ?
"""
_INDEXED: Final = """
    SELECT
        EXISTS (SELECT 1 FROM main.events WHERE event_id = ? AND +position = ?)
        AND EXISTS (
            SELECT 1 FROM main.events INDEXED BY events_of_stream
            WHERE stream = ? AND position = ?
        )
"""
_LINK: Final = "SELECT chain FROM events WHERE position = ?"
_KNOWN: Final = "SELECT event_id FROM events WHERE event_id IN (SELECT value FROM json_each(?))"
_FIND: Final = "SELECT position, recorded_at, body FROM events WHERE event_id = ?"
_APPEND_PULSE: Final = "INSERT INTO pulses (recorded_at, body) VALUES (?, ?)"
_TRIM_PULSES: Final = "DELETE FROM pulses WHERE recorded_at < ?"
_TRIM_MANY_PULSES: Final = """
    DELETE FROM pulses WHERE position <= (SELECT max(position) FROM pulses) - ?
"""
_READ_PULSES: Final = """
    SELECT position, recorded_at, body FROM pulses WHERE position > ? ORDER BY position LIMIT ?
"""


class SqliteEventLog:
    """An `EventLog` and `StoredLog` in the file `path`.

    The file is made where it is missing (its folder is not), unless it is `read_only`: then
    nothing in it is changed, and nothing can be appended.
    """

    def __init__(
        self, path: Path, clock: Callable[[], float] = time.time, *, read_only: bool = False
    ) -> None:
        self._clock = clock
        self._database = SqliteDatabase(path, _LAYOUT, read_only=read_only)
        self._appending = threading.Lock()  # the tail is for one thread at a time
        self._tail = LogTail(self._link_at, self._version_of)

    def append(self, expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        """See `EventLog.append`; ValueError where the batch is empty."""
        now = self._clock()
        for envelope in batch:
            encode(envelope)  # what cannot be encoded holds nobody up
        self._append(expected, lambda: self._tail.grow(expected, now, batch))
        return [
            RecordedEvent(position=position, recorded_at=now, envelope=envelope)
            for position, envelope in enumerate(batch, expected + 1)
        ]

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> Sequence[RecordedEvent]:
        """See `EventLog.read`."""
        at_most = max(limit, 0)  # SQLite takes a negative limit for none
        with self._database.read() as connection:
            found = (
                connection.execute(_READ, (after, at_most))
                if stream is None
                else connection.execute(_READ_STREAM, (stream, after, at_most))
            )
            rows: list[_Row] = found.fetchall()
            if after < (gone := sqlite_archive.gone(connection, stream)):
                raise Archived(gone)
        return _records(rows)

    def head(self) -> int:
        """See `EventLog.head`."""
        with self._database.read() as connection:
            return _head(connection)

    def known(self, event_ids: Collection[str]) -> set[str]:
        """See `EventLog.known`."""
        asked = msgspec.json.encode(list(event_ids)).decode()
        with self._database.read() as connection:
            return {event_id for (event_id,) in connection.execute(_KNOWN, (asked,))}

    def find(self, event_id: str) -> RecordedEvent | None:
        """See `EventLog.find`."""
        with self._database.read() as connection:
            rows: list[_Row] = connection.execute(_FIND, (event_id,)).fetchall()
        return next(iter(_records(rows)), None)

    def append_pulses(
        self, batch: Sequence[Envelope], keep_seconds: float, keep_count: int | None = None
    ) -> None:
        """See `EventLog.append_pulses`."""
        now = self._clock()
        rows = [(now, encode(envelope)) for envelope in batch]
        with self._database.write(durable=False) as connection:
            connection.executemany(_APPEND_PULSE, rows)
            connection.execute(_TRIM_PULSES, (now - keep_seconds,))
            if keep_count is not None:
                connection.execute(_TRIM_MANY_PULSES, (keep_count,))

    def read_pulses(self, after: int, limit: int = 500) -> Sequence[RecordedEvent]:
        """See `EventLog.read_pulses`."""
        with self._database.read() as connection:
            rows: list[_Row] = connection.execute(_READ_PULSES, (after, max(limit, 0))).fetchall()
        return _records(rows)

    def stored(self, after: int, limit: int = 500) -> Sequence[StoredEvent]:
        """See `StoredLog.stored`."""
        with self._database.read() as connection:
            after = max(after, sqlite_archive.gone(connection, None))
            return [_stored(row) for row in connection.execute(_STORED, (after, max(limit, 0)))]

    def unindexed(self, facts: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """See `StoredLog.unindexed`."""
        with self._database.read() as connection:
            return [fact for fact in facts if not _is_indexed(connection, fact)]

    def restore(self, batch: Sequence[StoredEvent]) -> None:
        """See `StoredLog.restore`; of a batch all or none is appended."""
        if batch:
            before = batch[0].position - 1
            self._append(before, lambda: self._tail.regrow(before, batch))

    def archived(self) -> ArchiveMark | None:
        """See `StoredLog.archived`."""
        with self._database.read() as connection:
            return sqlite_archive.mark_of(connection)

    def forget(self, mark: ArchiveMark) -> None:
        """See `StoredLog.forget`. The file keeps its size: the room is used for later facts."""
        with self._database.write(durable=True) as connection:
            sqlite_archive.note(connection, mark, _head(connection))
        more = True
        while more:  # some at a time, so that a supervisor that appends waits for little
            with self._database.write(durable=False) as connection:
                more = sqlite_archive.drop_some(connection, mark.position)

    def close(self) -> None:
        """Lets go of the file. Whatever is called later raises `StorageUnavailable`."""
        self._database.close()

    def _append(self, expected: int, grown: Callable[[], Sequence[StoredEvent]]) -> None:
        """Stores facts behind the head, if it is the expected one."""
        with self._appending:
            try:
                with self._database.write(durable=True) as connection:
                    if (actual := _head(connection)) != expected:
                        raise Conflict(expected, actual)
                    facts = grown()
                    connection.executemany(_APPEND, [_event_row(each) for each in facts])
                self._tail.note(facts)
            except sqlite3.IntegrityError as error:
                self._tail.forget()
                raise AlreadyRecorded from error
            except BaseException:
                self._tail.forget()
                raise

    def _link_at(self, position: int) -> bytes | None:
        with self._database.read() as connection:
            row = connection.execute(_LINK, (position,)).fetchone()
        return row[0] if row is not None and isinstance(row[0], bytes) else None

    def _version_of(self, stream: str, _head: int) -> int:
        with self._database.read() as connection:
            return sqlite_archive.version_of(connection, stream)


def _event_row(fact: StoredEvent) -> tuple[int, str, str, float, bytes, int | None, bytes | None]:
    return (
        fact.position,
        fact.event_id,
        fact.stream,
        fact.recorded_at,
        fact.body,
        fact.version,
        fact.chain,
    )


def _stored(row: Sequence[object]) -> StoredEvent:
    """What a row holds, by whatever type: a column of SQLite takes anything."""
    position, recorded_at, event_id, stream, version, body, chain = row
    return StoredEvent(
        position=position if isinstance(position, int) else 0,
        recorded_at=float(recorded_at) if isinstance(recorded_at, int | float) else math.nan,
        event_id=str(event_id),
        stream=str(stream),
        version=version if isinstance(version, int | None) else -1,
        body=_bytes(body),
        chain=None if chain is None else _bytes(chain),
    )


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _is_indexed(connection: sqlite3.Connection, fact: StoredEvent) -> bool:
    """Whether both indexes lead to a fact; one that cannot be read leads nowhere."""
    place = (fact.event_id, fact.position, fact.stream, fact.position)
    try:
        (found,) = connection.execute(_INDEXED, place).fetchone()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return False
    return bool(found)


def _head(connection: sqlite3.Connection) -> int:
    (position,) = connection.execute(_HEAD).fetchone()
    return int(position)


def _records(rows: Iterable[_Row]) -> list[RecordedEvent]:
    return [decode_recorded(*row) for row in rows]
