"""The SQLite log keeps the contract of the event log."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.testing import EventLogContract, FakeClock
from hyperdock_common.testing.event_log import OpenLog


class TestSqliteEventLog(EventLogContract):
    """A file in a fresh folder."""

    @pytest.fixture
    def open_log(self, tmp_path: Path, clock: FakeClock) -> Iterator[OpenLog]:
        """Each process opens the file anew."""
        with ExitStack() as opened:
            path = tmp_path / "log.db"
            yield lambda: opened.enter_context(closing(SqliteEventLog(path, clock)))
