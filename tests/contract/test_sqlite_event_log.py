"""The SQLite log keeps the contracts of the event log and of the stored log."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.testing import EventLogContract, FakeClock, StoredLogContract
from hyperdock_common.testing.event_log import OpenLog
from hyperdock_common.testing.kept_log import OpenKeptLog


class TestSqliteEventLog(EventLogContract):
    """A file in a fresh folder."""

    @pytest.fixture
    def open_log(self, tmp_path: Path, clock: FakeClock) -> Iterator[OpenLog]:
        """Each process opens the file anew."""
        with ExitStack() as opened:
            path = tmp_path / "log.db"
            yield lambda: opened.enter_context(closing(SqliteEventLog(path, clock)))


class TestSqliteStoredLog(StoredLogContract):
    """Two files in a fresh folder."""

    @pytest.fixture
    def open_log(self, tmp_path: Path, clock: FakeClock) -> Iterator[OpenKeptLog]:
        """Each process opens the file anew."""
        with ExitStack() as opened:
            path = tmp_path / "log.db"
            yield lambda: opened.enter_context(closing(SqliteEventLog(path, clock)))

    @pytest.fixture
    def open_other(self, tmp_path: Path, clock: FakeClock) -> Iterator[OpenKeptLog]:
        """Another file."""
        with ExitStack() as opened:
            path = tmp_path / "other.db"
            yield lambda: opened.enter_context(closing(SqliteEventLog(path, clock)))
