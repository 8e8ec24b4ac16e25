"""The file of a log as the first release made it: without numbers, chain and archive."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from hyperdock_common.events import Envelope
from hyperdock_common.events.codec import encode

EARLY_LAYOUT = """
    PRAGMA application_id=1212435527;
    PRAGMA user_version=1;
    CREATE TABLE events (
        position INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL UNIQUE,
        stream TEXT NOT NULL,
        recorded_at REAL NOT NULL,
        body BLOB NOT NULL
    );
    CREATE INDEX events_of_stream ON events (stream, position);
    CREATE TABLE pulses (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        recorded_at REAL NOT NULL,
        body BLOB NOT NULL
    );
    CREATE INDEX pulses_by_age ON pulses (recorded_at);
"""


def make_early_log(path: Path, sent: Sequence[Envelope]) -> None:
    """A file with these events."""
    with closing(sqlite3.connect(path)) as early, early:
        early.executescript(EARLY_LAYOUT)
        for position, each in enumerate(sent, 1):
            row = (position, each.event_id, each.stream, 5.0, encode(each))
            early.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?)", row)
