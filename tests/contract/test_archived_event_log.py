"""A log of which a part is in an archive keeps the contract of the event log."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from uuid import uuid4

import pytest

from hyperdock_common.adapters.mongodb import MongoEventLog, MongoServer, MongoSettings
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.archive import (
    ArchiveBusy,
    ArchivedEventLog,
    Archiving,
    Store,
    archive_prefix,
    read_manifest,
)
from hyperdock_common.errors import Archived
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.testing import EventLogContract, FakeClock
from hyperdock_common.testing.builders import envelope, proposed
from hyperdock_common.testing.event_log import OpenLog
from hyperdock_common.testing.servers.mongodb import Database


class HalvedLog(ArchivedEventLog):
    """Moves the older half of the log into the archive after every append."""

    def __init__(self, store: Store, folder: Path) -> None:
        super().__init__(store, folder)
        self._halved = store
        self._how = Archiving(
            folder=folder,
            new_id=lambda: "archive-1",
            clock=lambda: 0.0,
            release="test",
            segment_events=3,
        )

    def append(self, expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        """Appends and archives, if nobody else is at it."""
        records = super().append(expected, batch)
        if half := self._halved.head() // 2:
            with suppress(ArchiveBusy):
                archive_prefix(self._halved, half, self._how)
        return records


class TestArchivedEventLog(EventLogContract):
    """A file in a fresh folder, and the archive beside it."""

    @pytest.fixture
    def open_log(self, tmp_path: Path, clock: FakeClock) -> Iterator[OpenLog]:
        """Each process opens both anew."""
        with ExitStack() as opened:

            def open_one() -> HalvedLog:
                store = opened.enter_context(closing(SqliteEventLog(tmp_path / "log.db", clock)))
                return opened.enter_context(closing(HalvedLog(store, tmp_path / "archive")))

            yield open_one

    def test_half_of_the_log_is_archived(self, open_log: OpenLog, tmp_path: Path) -> None:
        """What the contract is tested on is no store that still has everything."""
        log = open_log()
        for number in range(1, 9):
            log.append(number - 1, [envelope(proposed(number))])
        manifest = read_manifest(tmp_path / "archive")
        assert manifest is not None
        assert manifest.last == 4
        with closing(SqliteEventLog(tmp_path / "log.db")) as store, pytest.raises(Archived):
            store.read(0)


class TestArchivedMongoEventLog(EventLogContract):
    """A database of each test's own, and an archive in a shared folder."""

    @pytest.fixture
    def open_log(self, mongodb: Database, tmp_path: Path, clock: FakeClock) -> Iterator[OpenLog]:
        """Each process connects by itself."""
        settings = MongoSettings(url=mongodb.url_of(f"log-{uuid4()}"))
        with ExitStack() as opened:

            def open_one() -> HalvedLog:
                store = MongoEventLog(opened.enter_context(MongoServer(settings)), clock)
                return opened.enter_context(closing(HalvedLog(store, tmp_path / "archive")))

            yield open_one
