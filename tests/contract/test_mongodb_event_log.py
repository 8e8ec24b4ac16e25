"""The log in MongoDB keeps the contracts of the event log and of the stored log."""

from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest

from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.testing import EventLogContract, FakeClock, StoredLogContract
from hyperdock_common.testing.event_log import OpenLog
from hyperdock_common.testing.kept_log import OpenKeptLog
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.real import RealMongo


class TestMongoEventLog(EventLogContract):
    """A database of each test's own."""

    @pytest.fixture
    def open_log(self, mongodb: Database, clock: FakeClock) -> Iterator[OpenLog]:
        """Each process connects by itself."""
        settings = MongoSettings(url=mongodb.url_of(f"log-{uuid4()}"))
        with ExitStack() as opened:
            yield lambda: MongoEventLog(opened.enter_context(MongoServer(settings)), clock)


@pytest.mark.docker
class TestMongoEventLogOnRealServer(TestMongoEventLog):
    """The same in MongoDB itself."""

    @pytest.fixture
    def mongodb(self, real_mongodb: RealMongo) -> RealMongo:
        """In a container."""
        return real_mongodb


class TestMongoStoredLog(StoredLogContract):
    """Two databases of each test's own."""

    @pytest.fixture
    def open_log(self, mongodb: Database, clock: FakeClock) -> Iterator[OpenKeptLog]:
        """Each process connects by itself."""
        settings = MongoSettings(url=mongodb.url_of(f"log-{uuid4()}"))
        with ExitStack() as opened:
            yield lambda: MongoEventLog(opened.enter_context(MongoServer(settings)), clock)

    @pytest.fixture
    def open_other(self, mongodb: Database, clock: FakeClock) -> Iterator[OpenKeptLog]:
        """Another database."""
        settings = MongoSettings(url=mongodb.url_of(f"other-{uuid4()}"))
        with ExitStack() as opened:
            yield lambda: MongoEventLog(opened.enter_context(MongoServer(settings)), clock)


@pytest.mark.docker
class TestMongoStoredLogOnRealServer(TestMongoStoredLog):
    """The same in MongoDB itself."""

    @pytest.fixture
    def mongodb(self, real_mongodb: RealMongo) -> RealMongo:
        """In a container."""
        return real_mongodb
