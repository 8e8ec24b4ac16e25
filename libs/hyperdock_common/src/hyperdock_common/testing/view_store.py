"""The contract of the `ViewStore` port, for every adapter."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeAlias

import pytest

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import ViewSchema, ViewStore
from hyperdock_common.ports.views import Folded

OpenViews: TypeAlias = Callable[[], ViewStore]

CONTRACT_VIEWS: Final = (
    ViewSchema(
        name="jobs",
        indexes=(
            ("trial_id", "number"),
            ("trial_id", "loss"),
            ("trial_id", "state", "loss"),
            ("name",),
            ("end.at",),
        ),
    ),
    ViewSchema(name="trials"),
)
"""The views that an adapter is to be opened with."""


class ViewStoreContract:
    """Inherit it, and give the fixture `open_views`."""

    @pytest.fixture
    def open_views(self) -> OpenViews:
        """Opens one and the same store with `CONTRACT_VIEWS`, new for this test."""
        raise NotImplementedError

    @pytest.fixture
    def views(self, open_views: OpenViews) -> ViewStore:
        """The store that most tests use."""
        return open_views()

    @pytest.fixture
    def jobs(self, views: ViewStore) -> ViewStore:
        """A store with the 24 jobs of `job`, twelve of each of two trials."""
        views.save("jobs", {f"j{n:02}": job(n) for n in range(24)}, 24)
        return views

    def test_new_view_is_empty_at_position_0(self, views: ViewStore) -> None:
        """A view begins with nothing folded."""
        assert views.position("jobs") == 0
        assert views.get("jobs", "j1") is None
        assert list(views.page("jobs", sort="number").documents) == []

    def test_saved_documents_are_got(self, views: ViewStore) -> None:
        """A document comes back as it was saved, and the view shows its position."""
        document: JsonObject = {"a": [1, 2.5, {"b": None}], "ü": "größer ⚙", "yes": True, "": ""}
        views.save("jobs", {"j1": document, "j2": {}}, 7)
        assert views.get("jobs", "j1") == document
        assert views.get("jobs", "j2") == {}
        assert views.position("jobs") == 7

    def test_save_replaces_a_document(self, views: ViewStore) -> None:
        """A document that is saved again is the newer one as a whole."""
        views.save("jobs", {"j1": {"a": 1, "b": 1}, "j2": {"a": 2}}, 1)
        views.save("jobs", {"j1": {"a": 3}}, 2)
        assert views.get_many("jobs", ["j1", "j2"]) == {"j1": {"a": 3}, "j2": {"a": 2}}

    @pytest.mark.parametrize("position", [0, 4, 5])
    def test_save_that_is_not_newer_is_ignored(self, views: ViewStore, position: int) -> None:
        """Invariant 5: a fold that is repeated after a crash changes nothing."""
        views.save("jobs", {"j1": {"a": 1}}, 5)
        views.save("jobs", {"j1": {"a": 2}, "j2": {}}, position)
        assert views.get_many("jobs", ["j1", "j2"]) == {"j1": {"a": 1}}
        assert views.position("jobs") == 5

    def test_save_without_documents_moves_the_position(self, views: ViewStore) -> None:
        """Events that change no document are folded all the same."""
        views.save("jobs", {}, 3)
        assert views.position("jobs") == 3

    def test_views_are_apart(self, views: ViewStore) -> None:
        """The same key in two views names two documents, at positions of their own."""
        views.save("jobs", {"x": {"a": 1}}, 1)
        views.save("trials", {"x": {"a": 2}}, 2)
        assert views.get("jobs", "x") == {"a": 1}
        assert (views.position("jobs"), views.position("trials")) == (1, 2)

    def test_clear_empties_one_view(self, views: ViewStore) -> None:
        """A cleared view begins again at 0, from where the log is folded anew."""
        views.save("jobs", {"x": {"a": 1}}, 5)
        views.save("trials", {"x": {"a": 2}}, 5)
        views.clear("jobs")
        assert (views.get("jobs", "x"), views.position("jobs")) == (None, 0)
        assert (views.get("trials", "x"), views.position("trials")) == ({"a": 2}, 5)
        views.save("jobs", {"x": {"a": 3}}, 1)
        assert views.get("jobs", "x") == {"a": 3}

    def test_get_many_gives_those_that_exist(self, jobs: ViewStore) -> None:
        """Of the keys asked for, only existing ones come back."""
        assert jobs.get_many("jobs", ["j01", "nothing", "j02"]) == {"j01": job(1), "j02": job(2)}
        assert jobs.get_many("jobs", []) == {}
        assert len(jobs.get_many("jobs", [f"j{n:02}" for n in range(2000)])) == 24

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

    def test_reopened_store_shows_the_same(self, open_views: OpenViews) -> None:
        """Views outlive the process that folded them, each at its position."""
        open_views().save("jobs", {"j1": {"a": 1}}, 5)
        again = open_views()
        assert (again.get("jobs", "j1"), again.position("jobs")) == ({"a": 1}, 5)

    def test_folded_documents_tell_their_position(self, views: ViewStore) -> None:
        """What a view shows is folded up to the view's position, whenever it was saved."""
        views.save("jobs", {"a": {"n": 1}, "b": {"n": 1}}, 3)
        views.save("jobs", {"a": {"n": 2}}, 7)
        folded = views.folded("jobs", ["a", "b", "nothing"])
        assert folded == {
            "a": Folded(position=7, document={"n": 2}),
            "b": Folded(position=7, document={"n": 1}),
        }
        assert views.folded("jobs", []) == {}

    def test_whatever_stands_in_a_document_comes_back(self, views: ViewStore) -> None:
        """Names and numbers are free: what people call their parameters is theirs."""
        document: JsonObject = {
            "params": {"a.b": 1, "$set": {"$inc": 2}, "_id": 3, ".": 4, "": {"": 5}, "\0": "\0"},
            "numbers": [2**70, -(2**70), 5e-324, 1],
            "one": 1.0,
            "$or.x": "x" * 100_000,
        }
        views.save("jobs", {"strange.$key/\u00fc": document}, 1)
        got = views.get("jobs", "strange.$key/\u00fc")
        assert got == document
        assert list(got) == list(document)
        assert isinstance(got["one"], float)

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

    def test_position_is_never_ahead_of_the_documents(self, open_views: OpenViews) -> None:
        """Invariant 5: what a view shows is at least as new as its position says."""
        writer, reader = open_views(), open_views()

        def fold() -> None:
            for position in range(1, 101):
                document: JsonObject = {"at": position}
                writer.save("trials", {"a": document, "b": document}, position)

        with ThreadPoolExecutor(1) as threads:
            folding = threads.submit(fold)
            while not folding.done():
                position = reader.position("trials")
                both = reader.get_many("trials", ["a", "b"])
                assert all(int(str(each["at"])) >= position for each in both.values())
                assert len(both) == 2 or not position
            folding.result()
        assert open_views().position("trials") == 100


def job(number: int) -> JsonObject:
    """A job as a document: every third of a trial is still open and lacks a loss."""
    is_open = number % 6 >= 4
    losses: tuple[Json, ...] = (-1.5, 0, 7.25, 3)
    return {
        "trial_id": f"t{number % 2}",
        "number": number,
        "state": "open" if is_open else "done",
        "name": f"job {number}",
        "loss": None if is_open else losses[number % 4],
        "end": {"at": 1000.5 - number},
    }


def numbers(documents: object) -> list[Json]:
    """The numbers of jobs, as short names for them."""
    assert isinstance(documents, list)
    return [each["number"] for each in documents]
