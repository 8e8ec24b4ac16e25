"""The contract of the `ViewStore` port, for every adapter."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Folded, ViewStore
from hyperdock_common.testing.view_conditions import ViewConditionsContract
from hyperdock_common.testing.view_documents import OpenViews, job
from hyperdock_common.testing.view_pages import ViewPagesContract
from hyperdock_common.testing.view_versions import ViewVersionsContract


class ViewStoreContract(ViewPagesContract, ViewConditionsContract, ViewVersionsContract):
    """Inherit it, and give the fixture `open_views`."""

    @pytest.fixture
    def open_views(self) -> OpenViews:
        """Opens one and the same store, new for this test, as each process would."""
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

    def test_texts_are_the_same_documents_as_json(self, jobs: ViewStore) -> None:
        """Of the keys asked for, existing ones come, just saved ones too, however many they are."""
        jobs.save("jobs", {"j02": {"ü": [1.0, None]}}, 25)
        found = jobs.texts("jobs", ["j01", "nothing", "j02"])
        assert {key: json.loads(text) for key, text in found.items()} == {
            "j01": job(1),
            "j02": {"ü": [1.0, None]},
        }
        assert jobs.texts("jobs", []) == {}
        assert len(jobs.texts("jobs", [f"j{n:02}" for n in range(2000)])) == 24

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
