"""The SQLite views keep the contract of the view store."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ViewSchema, ViewStore
from hyperdock_common.testing import CONTRACT_VIEWS, ViewStoreContract
from hyperdock_common.testing.view_documents import OpenViews


class TestSqliteViewStore(ViewStoreContract):
    """A file in a fresh folder."""

    @pytest.fixture
    def open_views(self, tmp_path: Path) -> Iterator[OpenViews]:
        """Each process opens the file anew."""
        with ExitStack() as opened:

            def open_file(schemas: Sequence[ViewSchema] = CONTRACT_VIEWS) -> ViewStore:
                store = SqliteViewStore(tmp_path / "views.db", schemas)
                return opened.enter_context(closing(store))

            yield open_file

    def test_documents_of_one_save_are_seen_together(self, open_views: OpenViews) -> None:
        """More than the contract: a reader beside a fold sees all of a save or nothing of it."""
        writer, reader = open_views(), open_views()

        def fold() -> None:
            for position in range(1, 101):
                document: JsonObject = {"at": position}
                writer.save("trials", {"a": document, "b": document}, position)

        with ThreadPoolExecutor(1) as threads:
            folding = threads.submit(fold)
            while not folding.done():
                both = reader.get_many("trials", ["a", "b"])
                assert both.get("a") == both.get("b")
            folding.result()
        assert reader.position("trials") == 100
