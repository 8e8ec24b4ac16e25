"""Both stores keep the contract of the generations of views."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from pymongo.database import Database as MongoDatabase

from hyperdock_common.adapters.mongodb import MongoServer, MongoSettings, MongoViewStore
from hyperdock_common.adapters.sqlite_pages import table
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.ports import RebuildableViews, ViewSchema
from hyperdock_common.testing import CONTRACT_VIEWS, ViewGenerationsContract
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.real import RealMongo
from hyperdock_common.testing.stored_views import Spoil
from hyperdock_common.testing.view_documents import OpenRebuildable, job
from hyperdock_common.testing.view_versions import of_version

AnyDatabase: TypeAlias = MongoDatabase[dict[str, Any]]


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

    @pytest.fixture
    def spoil(self, tmp_path: Path) -> Spoil:
        """With SQLite's own tool."""

        def replace(view: str, key: str, text: str) -> None:
            with closing(sqlite3.connect(tmp_path / "views.db")) as connection, connection:
                statement = f"UPDATE {table(view)} SET document = ? WHERE key = ?"  # noqa: S608
                assert connection.execute(statement, (text, key)).rowcount == 1

        return replace

    def test_indexes_are_there_before_the_documents(
        self, views: RebuildableViews, tmp_path: Path
    ) -> None:
        """Nobody waits at the switch for one that is made of all documents at once."""
        views.generations.beside(["jobs"])
        with closing(sqlite3.connect(tmp_path / "views.db")) as connection:
            made, live = (indexes_of(connection, view) for view in ("jobs.g1", "jobs"))
        assert made == live != set()

    def test_bytes_that_are_no_text_are_shown(
        self, views: RebuildableViews, tmp_path: Path
    ) -> None:
        """A disk may leave anything."""
        views.save("trials", {"a": {}, "b": {}}, 7)
        with closing(sqlite3.connect(tmp_path / "views.db")) as connection, connection:
            connection.execute("UPDATE view_trials SET document = CAST(x'ff7b' AS TEXT)")
        assert {each.text for each in views.stored("trials", ["a", "b"]).values()} == {"\ufffd{"}


def indexes_of(connection: sqlite3.Connection, kept: str) -> set[str]:
    """The fields of each index of a generation."""
    asked = "SELECT name FROM sqlite_master WHERE name LIKE ?"
    return {name.partition(":")[2] for (name,) in connection.execute(asked, (f"{kept}:%",))}


class TestMongoGenerations(ViewGenerationsContract):
    """A database of each test's own."""

    @pytest.fixture
    def settings(self, mongodb: Database) -> MongoSettings:
        """Where the database is."""
        return MongoSettings(url=mongodb.url_of(f"views-{uuid4()}"))

    @pytest.fixture
    def open_views(self, settings: MongoSettings) -> Iterator[OpenRebuildable]:
        """Each process connects by itself."""
        with ExitStack() as opened:

            def connect(schemas: Sequence[ViewSchema] = CONTRACT_VIEWS) -> RebuildableViews:
                return MongoViewStore(opened.enter_context(MongoServer(settings)), schemas)

            yield connect

    @pytest.fixture
    def database(self, settings: MongoSettings) -> Iterator[AnyDatabase]:
        """The database itself."""
        with MongoServer(settings) as server:
            yield server.database

    @pytest.fixture
    def spoil(self, database: AnyDatabase) -> Spoil:
        """In the database."""

        def replace(view: str, key: str, text: str) -> None:
            changed = database[f"view_{view}"].update_one({"_id": key}, {"$set": {"d": text}})
            assert changed.matched_count == 1

        return replace

    @pytest.mark.parametrize(
        ("change", "flaw"),
        [
            ({"$set": {"f.number": 7}}, "is searched by wrong fields: number"),
            ({"$set": {"f.more": 7}}, "is searched by wrong fields: more"),
            ({"$unset": {"f.is": True}}, "is searched by wrong fields: is"),
            ({"$unset": {"f": True}}, "lacks the fields that it is searched by"),
            ({"$set": {"v": 9}}, "is of version 9 of the view's schema"),
            ({"$set": {"d": "garbage"}}, ""),
            ({"$unset": {"d": True}}, ""),
        ],
    )
    def test_flaws_beside_the_document_are_told(
        self, views: RebuildableViews, database: AnyDatabase, change: dict[str, object], flaw: str
    ) -> None:
        """Pages are found by what stands beside a document, and a writer believes its version."""
        documents = {key: job(number) for number, key in enumerate("cdefgh")}
        views.save("jobs", documents, 8)
        keys = ["a", *documents]
        assert {each.flaw for each in views.stored("jobs", keys).values()} == {""}
        database["view_jobs"].update_one({"_id": "a"}, change)
        flaws = {key: each.flaw for key, each in views.stored("jobs", keys).items() if each.flaw}
        assert flaws == ({"a": flaw} if flaw else {})

    def test_flaws_of_another_release_are_its_own(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """A view that another version of the schema keeps is not measured by this one's."""
        assert views.position("jobs") == 7
        stored = open_views(of_version(2)).stored("jobs", ["a", "b"])
        assert {each.flaw for each in stored.values()} == {""}


@pytest.mark.docker
class TestMongoGenerationsOnRealServer(TestMongoGenerations):
    """The same in MongoDB itself."""

    @pytest.fixture
    def mongodb(self, real_mongodb: RealMongo) -> RealMongo:
        """In a container."""
        return real_mongodb
