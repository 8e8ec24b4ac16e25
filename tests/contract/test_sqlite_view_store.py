"""The SQLite views keep the contract of the view store."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.testing import CONTRACT_VIEWS, ViewStoreContract
from hyperdock_common.testing.view_store import OpenViews


class TestSqliteViewStore(ViewStoreContract):
    """A file in a fresh folder."""

    @pytest.fixture
    def open_views(self, tmp_path: Path) -> Iterator[OpenViews]:
        """Each process opens the file anew."""
        with ExitStack() as opened:
            path = tmp_path / "views.db"
            yield lambda: opened.enter_context(closing(SqliteViewStore(path, CONTRACT_VIEWS)))
