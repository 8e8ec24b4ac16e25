"""The event log in one SQLite file: durable when `append` returns, fenced by the head.

Pulses stand in the same file, so that there is one file to keep, but are written without a sync
of their own (see `SqliteDatabase.write`): nothing may depend on them being there.
"""

import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from hyperdock_common.adapters.sqlite_database import Layout, SqliteDatabase
from hyperdock_common.errors import AlreadyRecorded, Conflict
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.events.codec import decode_recorded, encode

_Row: TypeAlias = tuple[int, float, bytes]

_LAYOUT: Final = Layout(
    application_id=0x48444C47,  # HDLG
    version=1,
    statements=(
        """
        CREATE TABLE IF NOT EXISTS events (
            position INTEGER PRIMARY KEY,
            event_id TEXT NOT NULL UNIQUE,
            stream TEXT NOT NULL,
            recorded_at REAL NOT NULL,
            body BLOB NOT NULL
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
    ),
)
_HEAD: Final = "SELECT coalesce(max(position), 0) FROM events"
_APPEND: Final = "INSERT INTO events VALUES (?, ?, ?, ?, ?)"
_READ: Final = """
    SELECT position, recorded_at, body FROM events WHERE position > ? ORDER BY position LIMIT ?
"""
_READ_STREAM: Final = """
    SELECT position, recorded_at, body FROM events WHERE stream = ? AND position > ?
    ORDER BY position LIMIT ?
"""
_KNOWN: Final = "SELECT event_id FROM events WHERE event_id IN (SELECT value FROM json_each(?))"
_FIND: Final = "SELECT position, recorded_at, body FROM events WHERE event_id = ?"
_APPEND_PULSE: Final = "INSERT INTO pulses (recorded_at, body) VALUES (?, ?)"
_TRIM_PULSES: Final = "DELETE FROM pulses WHERE recorded_at < ?"
_READ_PULSES: Final = """
    SELECT position, recorded_at, body FROM pulses WHERE position > ? ORDER BY position LIMIT ?
"""


class SqliteEventLog:
    """An `EventLog` in the file `path`, which is made where it is missing (its folder is not)."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._database = SqliteDatabase(path, _LAYOUT)

    def append(self, expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        """See `EventLog.append`; ValueError where the batch is empty."""
        if not batch:
            raise ValueError("an append needs at least one event")
        now = self._clock()
        records = [
            RecordedEvent(position=position, recorded_at=now, envelope=envelope)
            for position, envelope in enumerate(batch, expected + 1)
        ]
        rows = [_event_row(record) for record in records]
        with self._database.write(durable=True) as connection:
            if (actual := _head(connection)) != expected:
                raise Conflict(expected, actual)
            try:
                connection.executemany(_APPEND, rows)
            except sqlite3.IntegrityError as error:
                raise AlreadyRecorded from error
        return records

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

    def append_pulses(self, batch: Sequence[Envelope], keep_seconds: float) -> None:
        """See `EventLog.append_pulses`."""
        now = self._clock()
        rows = [(now, encode(envelope)) for envelope in batch]
        with self._database.write(durable=False) as connection:
            connection.executemany(_APPEND_PULSE, rows)
            connection.execute(_TRIM_PULSES, (now - keep_seconds,))

    def read_pulses(self, after: int, limit: int = 500) -> Sequence[RecordedEvent]:
        """See `EventLog.read_pulses`."""
        with self._database.read() as connection:
            rows: list[_Row] = connection.execute(_READ_PULSES, (after, max(limit, 0))).fetchall()
        return _records(rows)

    def close(self) -> None:
        """Lets go of the file. Whatever is called later raises `StorageUnavailable`."""
        self._database.close()


def _event_row(record: RecordedEvent) -> tuple[int, str, str, float, bytes]:
    envelope = record.envelope
    return (
        record.position,
        envelope.event_id,
        envelope.stream,
        record.recorded_at,
        encode(envelope),
    )


def _head(connection: sqlite3.Connection) -> int:
    (position,) = connection.execute(_HEAD).fetchone()
    return int(position)


def _records(rows: Iterable[_Row]) -> list[RecordedEvent]:
    return [decode_recorded(*row) for row in rows]
