"""A private SQLite database that goes away by itself: it keeps the checker's memory small.

It is held in memory while it is small and spills to a temporary file beyond `_CACHE`.
"""

import sqlite3
from typing import Final

_CACHE: Final = 32 << 10  # in KiB


def open_scratch(*statements: str) -> sqlite3.Connection:
    """A new one, laid out by these statements. For one thread."""
    connection = sqlite3.connect("", isolation_level=None)
    for pragma in (f"cache_size=-{_CACHE}", "journal_mode=OFF", "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    for statement in statements:
        connection.execute(statement)
    return connection
