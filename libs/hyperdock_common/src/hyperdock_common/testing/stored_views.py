"""The contract of the `StoredViews` port: all that is stored, whatever is in it."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from hyperdock_common.ports import RebuildableViews, Role, StoredDocument
from hyperdock_common.testing.view_documents import OpenRebuildable

Spoil: TypeAlias = Callable[[str, str, str], None]
"""Puts a text in the place of a stored document, by view and key."""

_STRANGE: tuple[str, ...] = ("", "\0", "a\0", "a/b.c$d", "ä", "\U0001f40b", "'", "null")
_MANY = 4_321


class StoredViewsContract:
    """Part of `ViewGenerationsContract`, which gives the other fixtures."""

    @pytest.fixture
    def spoil(self) -> Spoil:
        """Changes what is stored behind the back of every store."""
        raise NotImplementedError

    def test_all_keys_are_listed_once(self, open_views: OpenRebuildable) -> None:
        """However many there are, and whatever is in them."""
        keys = {*_STRANGE, *(f"k{number}" for number in range(_MANY))}
        views = open_views()
        views.save("jobs", {key: {"number": 1} for key in keys}, 1)
        listed = [key for some in open_views().keys("jobs") for key in some]
        assert len(listed) == len(keys)
        assert set(listed) == keys
        assert list(views.keys("trials")) == []

    def test_live_documents_alone_are_listed(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """Neither those beside nor those from before, also right behind a switch and a drop."""
        reader = open_views()
        assert [key for some in reader.keys("jobs") for key in some] == ["a", "b"]
        views.generations.beside(["jobs"]).save("jobs", {"c": {"number": 3}}, 9)
        assert [key for some in reader.keys("jobs") for key in some] == ["a", "b"]
        assert views.generations.switch("jobs")
        views.generations.drop("jobs", Role.BEFORE)
        assert [key for some in reader.keys("jobs") for key in some] == ["c"]
        assert reader.stored("jobs", ["a", "c"]) == {"c": StoredDocument(text='{"number":3}')}

    @pytest.mark.parametrize("text", ["", "garbage", "[1]", "5", '{"number":1', "null"])
    def test_what_is_no_document_is_shown(
        self, views: RebuildableViews, open_views: OpenRebuildable, spoil: Spoil, text: str
    ) -> None:
        """Whoever checks a view learns of it with its key; the others are as they were."""
        views.save("trials", {"a": {"number": 1}, "b": {"number": 2}}, 7)
        spoil("trials", "a", text)
        stored = open_views().stored("trials", ["a", "b", "c"])
        assert stored.keys() == {"a", "b"}
        assert stored["a"].text == text
        assert stored["b"] == StoredDocument(text='{"number":2}')
        assert [key for some in views.keys("trials") for key in some] == ["a", "b"]

    def test_views_that_are_not_there_are_refused(self, views: RebuildableViews) -> None:
        """As everywhere else."""
        with pytest.raises(ValueError, match="no view"):
            list(views.keys("job"))
        with pytest.raises(ValueError, match="no view"):
            views.stored("job", ["a"])
