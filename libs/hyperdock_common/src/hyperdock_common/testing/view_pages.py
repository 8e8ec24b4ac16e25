"""The contract of the `ViewStore` port: pages of documents."""

from collections.abc import Mapping

import pytest

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import ViewStore
from hyperdock_common.testing.view_documents import numbers


class ViewPagesContract:
    """Part of `ViewStoreContract`, which gives the fixtures `views` and `jobs`."""

    def test_page_is_filtered_and_sorted(self, jobs: ViewStore) -> None:
        """A page holds the documents whose fields equal `where`, in the order of `sort`."""
        page = jobs.page("jobs", where={"trial_id": "t1"}, sort="number")
        assert numbers(page.documents) == list(range(1, 24, 2))
        page = jobs.page("jobs", where={"trial_id": "t1"}, sort="number", descending=True)
        assert numbers(page.documents) == list(range(23, 0, -2))
        assert page.next_cursor is None

    def test_equal_sort_values_are_sorted_by_key(self, jobs: ViewStore) -> None:
        """Ties have one order, turned round as a whole when descending."""
        page = jobs.page("jobs", where={"trial_id": "t0"}, sort="loss")
        assert numbers(page.documents) == [0, 8, 12, 20, 2, 6, 14, 18]
        page = jobs.page("jobs", where={"trial_id": "t0"}, sort="loss", descending=True)
        assert numbers(page.documents) == [18, 14, 6, 2, 20, 12, 8, 0]

    def test_documents_without_the_sort_field_are_left_out(self, jobs: ViewStore) -> None:
        """Where the sort field is null or missing, a document has no place in the order."""
        page = jobs.page("jobs", where={"trial_id": "t0", "state": "open"}, sort="loss")
        assert list(page.documents) == []
        page = jobs.page("jobs", sort="nothing")
        assert list(page.documents) == []

    def test_where_may_ask_for_null(self, jobs: ViewStore) -> None:
        """Null asks for documents whose field is null or missing."""
        page = jobs.page("jobs", where={"trial_id": "t0", "loss": None}, sort="number")
        assert numbers(page.documents) == [4, 10, 16, 22]
        page = jobs.page("jobs", where={"nothing": None}, sort="number", limit=100)
        assert len(page.documents) == 24

    def test_where_may_ask_for_booleans(self, views: ViewStore) -> None:
        """Truth values can be filtered by."""
        views.save("jobs", {"a": {"number": 1, "on": True}, "b": {"number": 2, "on": False}}, 1)
        assert numbers(views.page("jobs", where={"on": True}, sort="number").documents) == [1]
        assert numbers(views.page("jobs", where={"on": False}, sort="number").documents) == [2]

    def test_sort_by_text_and_by_nested_fields(self, jobs: ViewStore) -> None:
        """Text is sorted by its characters; a dotted name means a field inside a field."""
        page = jobs.page("jobs", sort="name", limit=3)
        assert [each["name"] for each in page.documents] == ["job 0", "job 1", "job 10"]
        page = jobs.page("jobs", sort="end.at", descending=True, limit=2)
        assert numbers(page.documents) == [0, 1]

    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("limit", [1, 2, 3, 5, 24, 100])
    @pytest.mark.parametrize(
        ("where", "sort"),
        [
            ({"trial_id": "t0"}, "loss"),
            ({"trial_id": "t1"}, "number"),
            ({"trial_id": "t0", "state": "done"}, "loss"),
            ({}, "name"),
            ({}, "number"),
        ],
    )
    def test_pages_show_every_document_once(
        self, jobs: ViewStore, where: Mapping[str, Json], sort: str, limit: int, *, descending: bool
    ) -> None:
        """The pages one after the other are the whole list, whatever their size."""
        whole = jobs.page("jobs", where=where, sort=sort, descending=descending).documents
        documents: list[JsonObject] = []
        cursor: str | None = None
        while True:
            page = jobs.page(
                "jobs", where=where, sort=sort, descending=descending, limit=limit, cursor=cursor
            )
            assert len(page.documents) <= limit
            documents += page.documents
            if (cursor := page.next_cursor) is None:
                break
            assert len(page.documents) == limit
        assert documents == list(whole)

    def test_last_full_page_has_no_cursor(self, jobs: ViewStore) -> None:
        """Where nothing comes behind a page there is no next one, even if the page is full."""
        page = jobs.page("jobs", where={"trial_id": "t0"}, sort="number", limit=12)
        assert len(page.documents) == 12
        assert page.next_cursor is None

    def test_cursor_holds_its_place_when_documents_come(self, jobs: ViewStore) -> None:
        """What is inserted before the place of a cursor moves nothing behind it."""
        first = jobs.page("jobs", where={"trial_id": "t0"}, sort="number", limit=3)
        jobs.save("jobs", {"new": {"trial_id": "t0", "number": -1}}, 25)
        second = jobs.page(
            "jobs", where={"trial_id": "t0"}, sort="number", limit=3, cursor=first.next_cursor
        )
        assert numbers(second.documents) == [6, 8, 10]

    @pytest.mark.parametrize("cursor", ["", "x", "!!", "eyJ9", "bnVsbA==", "WzEsMiwzXQ==", "ü"])
    def test_cursor_that_is_none_is_refused(self, jobs: ViewStore, cursor: str) -> None:
        """What never was a cursor is told so."""
        with pytest.raises(ValueError, match="cursor"):
            jobs.page("jobs", sort="number", cursor=cursor)

    def test_cursor_of_another_query_is_refused(self, jobs: ViewStore) -> None:
        """A cursor belongs to the view, filter and order that gave it."""
        asked = jobs.page("jobs", where={"trial_id": "t0"}, sort="number", limit=1)
        assert asked.next_cursor
        others: list[tuple[str, Mapping[str, Json], str, bool]] = [
            ("jobs", {"trial_id": "t1"}, "number", False),
            ("jobs", {}, "number", False),
            ("jobs", {"trial_id": "t0"}, "loss", False),
            ("jobs", {"trial_id": "t0"}, "number", True),
            ("trials", {"trial_id": "t0"}, "number", False),
        ]
        for view, where, sort, descending in others:
            with pytest.raises(ValueError, match="cursor"):
                jobs.page(
                    view, where=where, sort=sort, descending=descending, cursor=asked.next_cursor
                )

    def test_sort_of_numbers_and_texts_together(self, views: ViewStore) -> None:
        """Numbers come before texts, page after page, in both directions."""
        values: list[Json] = [2, "b", 2.5, "a", -1, "", 2**70]
        views.save("jobs", {f"j{n}": {"name": each} for n, each in enumerate(values)}, 1)
        for descending in (False, True):
            seen: list[Json] = []
            cursor: str | None = None
            while True:
                page = views.page(
                    "jobs", sort="name", descending=descending, cursor=cursor, limit=1
                )
                seen += [each["name"] for each in page.documents]
                if (cursor := page.next_cursor) is None:
                    break
            assert seen[:: -1 if descending else 1] == [-1, 2, 2.5, 2**70, "", "a", "b"]
