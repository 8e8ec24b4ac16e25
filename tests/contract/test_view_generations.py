"""Both stores keep the contract of the generations of views."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import pytest

from hyperdock_common.adapters.mongodb import MongoServer, MongoSettings, MongoViewStore
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.ports import RebuildableViews, ViewSchema
from hyperdock_common.testing import CONTRACT_VIEWS, ViewGenerationsContract
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.real import RealMongo
from hyperdock_common.testing.view_documents import OpenRebuildable


class TestSqliteGenerations(ViewGenerationsContract):
    """A file in a fresh folder."""

    @pytest.fixture
    def open_views(self, tmp_path: Path) -> Iterator[OpenRebuildable]:
        """Each process opens the file anew."""
        with ExitStack() as opened:

            def open_file(schemas: Sequence[ViewSchema] = CONTRACT_VIEWS) -> RebuildableViews:
                store = SqliteViewStore(tmp_path / "views.db", schemas)
                return opened.enter_context(closing(store))

            yield open_file


class TestMongoGenerations(ViewGenerationsContract):
    """A database of each test's own."""

    @pytest.fixture
    def open_views(self, mongodb: Database) -> Iterator[OpenRebuildable]:
        """Each process connects by itself."""
        settings = MongoSettings(url=mongodb.url_of(f"views-{uuid4()}"))
        with ExitStack() as opened:

            def connect(schemas: Sequence[ViewSchema] = CONTRACT_VIEWS) -> RebuildableViews:
                return MongoViewStore(opened.enter_context(MongoServer(settings)), schemas)

            yield connect


@pytest.mark.docker
class TestMongoGenerationsOnRealServer(TestMongoGenerations):
    """The same in MongoDB itself."""

    @pytest.fixture
    def mongodb(self, real_mongodb: RealMongo) -> RealMongo:
        """In a container."""
        return real_mongodb
