"""The views in MongoDB keep the contract of the view store, written at once or behind."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from uuid import uuid4

import pytest

from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings, translated
from hyperdock_common.adapters.mongodb.views import MongoViewStore
from hyperdock_common.adapters.mongodb.write_behind import WriteBehindViews
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ViewStore
from hyperdock_common.testing import CONTRACT_VIEWS
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.real import RealMongo
from hyperdock_common.testing.stepped_view_store import HalfSave, SteppedViewStoreContract
from hyperdock_common.testing.view_store import OpenViews


class TestMongoViewStore(SteppedViewStoreContract):
    """A database of each test's own."""

    @pytest.fixture
    def settings(self, mongodb: Database) -> MongoSettings:
        """Where the database is."""
        return MongoSettings(url=mongodb.url_of(f"views-{uuid4()}"))

    @pytest.fixture
    def open_views(self, settings: MongoSettings) -> Iterator[OpenViews]:
        """Each process connects by itself."""
        with ExitStack() as opened:

            def connect() -> ViewStore:
                server = opened.enter_context(MongoServer(settings))
                return MongoViewStore(server, CONTRACT_VIEWS)

            yield connect

    @pytest.fixture
    def half_save(self, settings: MongoSettings) -> Iterator[HalfSave]:
        """The first of the two steps of a save."""
        with MongoServer(settings) as server:
            store = MongoViewStore(server, CONTRACT_VIEWS)

            def stop_half_way(
                view: str, documents: Mapping[str, JsonObject], position: int
            ) -> None:
                with translated():
                    store._view(view).write(documents, position)

            yield stop_half_way

    def test_overtaken_writer_does_no_harm(self, open_views: OpenViews) -> None:
        """It knows the position only as it was: what it saves then replaces nothing newer."""
        overtaken = open_views()
        overtaken.save("jobs", {"a": {"n": 1}}, 5)
        open_views().save("jobs", {"a": {"n": 3}, "b": {}}, 7)
        overtaken.save("jobs", {"a": {"n": 2}}, 6)
        views = open_views()
        assert (views.position("jobs"), views.get("jobs", "a")) == (7, {"n": 3})


class TestWriteBehindViews(TestMongoViewStore):
    """The first who opens is the writer; the others read what it has written until then."""

    @pytest.fixture
    def open_views(self, settings: MongoSettings) -> Iterator[OpenViews]:
        """Each process connects by itself."""
        with ExitStack() as opened:
            writers: list[WriteBehindViews] = []

            def connect() -> ViewStore:
                store = MongoViewStore(opened.enter_context(MongoServer(settings)), CONTRACT_VIEWS)
                for each in writers:
                    each.flush()
                    return store
                writers.append(opened.enter_context(closing(WriteBehindViews(store))))
                return writers[0]

            yield connect


@pytest.mark.docker
class TestMongoViewStoreOnRealServer(TestMongoViewStore):
    """The same in MongoDB itself."""

    @pytest.fixture
    def mongodb(self, real_mongodb: RealMongo) -> RealMongo:
        """In a container."""
        return real_mongodb
