"""The views in MongoDB keep the contract of the view store, written at once or behind."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from uuid import uuid4

import pytest

from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings, translated
from hyperdock_common.adapters.mongodb.views import MongoViewStore
from hyperdock_common.adapters.mongodb.write_behind import WriteBehindViews
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ViewSchema, ViewStore
from hyperdock_common.testing import CONTRACT_VIEWS
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.real import RealMongo
from hyperdock_common.testing.stepped_view_store import HalfSave, SteppedViewStoreContract
from hyperdock_common.testing.view_documents import OpenViews
from hyperdock_common.testing.view_versions import of_version


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

            def connect(schemas: Sequence[ViewSchema] = CONTRACT_VIEWS) -> ViewStore:
                server = opened.enter_context(MongoServer(settings))
                return MongoViewStore(server, schemas)

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

    def test_overtaken_writer_of_another_version_does_no_harm(self, open_views: OpenViews) -> None:
        """What it writes late is not taken for folded, and gives way to what is."""
        overtaken = open_views(of_version(1))
        overtaken.save("jobs", {"a": {"n": 1}}, 5)
        writer = open_views(of_version(2))
        assert writer.position("jobs") == 0
        writer.save("jobs", {"a": {"n": 30}}, 3)
        open_views(of_version(2))
        overtaken.save("jobs", {"a": {"n": 2}, "b": {"n": 2}}, 6)
        open_views(of_version(1))
        reader = open_views(of_version(2))
        assert (reader.position("jobs"), reader.get("jobs", "a")) == (3, {"n": 30})
        assert writer.folded("jobs", ["b"]) == {}
        writer.save("jobs", {"b": {"n": 40}}, 4)
        reader = open_views(of_version(2))
        assert reader.get_many("jobs", ["a", "b"]) == {"a": {"n": 30}, "b": {"n": 40}}

    def test_writer_that_lost_a_view_does_not_empty_it(self, settings: MongoSettings) -> None:
        """After an outage it finds the view taken over, and is refused until it folds anew."""
        with MongoServer(settings) as server, MongoServer(settings) as other:
            lost = MongoViewStore(server, of_version(1))
            lost.save("jobs", {"a": {"n": 1}}, 5)
            writer = MongoViewStore(other, of_version(2))
            writer.save("jobs", {"a": {"n": 30}}, 3)
            server._outages.count += 1
            for position in (6, 7):
                with pytest.raises(StorageUnavailable, match="taken over"):
                    lost.save("jobs", {"a": {"n": 2}}, position)
            assert (writer.position("jobs"), writer.get("jobs", "a")) == (3, {"n": 30})
            assert lost.position("jobs") == 0
            lost.save("jobs", {"b": {"n": 1}}, 1)
            assert lost.get_many("jobs", ["a", "b"]) == {"b": {"n": 1}}

    @pytest.mark.parametrize(
        "left", [{"position": 0, "clearing": True, "version": 2}, {"position": 7}]
    )
    def test_half_emptied_view_is_emptied_and_folded_anew(
        self, settings: MongoSettings, open_views: OpenViews, left: Mapping[str, object]
    ) -> None:
        """Whoever died while it emptied a view, or kept it before views had versions."""
        open_views(of_version(1)).save("jobs", {"a": {"n": 1}, "b": {"n": 1}}, 7)
        open_views(of_version(1))
        with MongoServer(settings) as server:
            server.database["positions"].replace_one({"_id": "jobs"}, dict(left))
        views = open_views(of_version(2))
        assert (views.position("jobs"), views.folded("jobs", ["a", "b"])) == (0, {})
        views.save("jobs", {"b": {"n": 2}}, 2)
        views = open_views(of_version(2))
        assert (views.position("jobs"), views.get_many("jobs", ["a", "b"])) == (2, {"b": {"n": 2}})


class TestWriteBehindViews(TestMongoViewStore):
    """The first who opens (a version) is the writer; the others read what it has written."""

    @pytest.fixture
    def open_views(self, settings: MongoSettings) -> Iterator[OpenViews]:
        """Each process connects by itself."""
        with ExitStack() as opened:
            writers: dict[int, WriteBehindViews] = {}

            def connect(schemas: Sequence[ViewSchema] = CONTRACT_VIEWS) -> ViewStore:
                store = MongoViewStore(opened.enter_context(MongoServer(settings)), schemas)
                for each in writers.values():
                    each.flush()
                if (version := schemas[0].version) in writers:
                    return store
                writers[version] = opened.enter_context(closing(WriteBehindViews(store)))
                return writers[version]

            yield connect


@pytest.mark.docker
class TestMongoViewStoreOnRealServer(TestMongoViewStore):
    """The same in MongoDB itself."""

    @pytest.fixture
    def mongodb(self, real_mongodb: RealMongo) -> RealMongo:
        """In a container."""
        return real_mongodb
