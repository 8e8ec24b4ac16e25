"""The contract of the `ViewStore` port: views that were kept by another version of their schema."""

from collections.abc import Sequence
from dataclasses import replace

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Folded, ViewSchema
from hyperdock_common.testing.view_documents import CONTRACT_VIEWS, OpenViews

OLD: dict[str, JsonObject] = {"a": {"number": 1, "shape": "old"}, "b": {"number": 2}}
NEW: dict[str, JsonObject] = {"a": {"number": 1, "shape": "new"}}


def of_version(version: int) -> Sequence[ViewSchema]:
    """The contract's views, the jobs in another version."""
    jobs, *others = CONTRACT_VIEWS
    return [replace(jobs, version=version), *others]


class ViewVersionsContract:
    """Part of `ViewStoreContract`, which gives the fixture `open_views`."""

    def test_view_of_another_version_counts_as_empty(self, open_views: OpenViews) -> None:
        """A release whose fold has another shape folds the whole log again, older or newer."""
        open_views(of_version(2)).save("jobs", OLD, 7)
        for version in (3, 1):
            views = open_views(of_version(version))
            assert views.position("jobs") == 0
            assert views.folded("jobs", ["a", "b"]) == {}

    def test_view_of_another_version_is_shown_until_it_is_folded_anew(
        self, open_views: OpenViews
    ) -> None:
        """Readers see the old documents while nobody has folded, and never empty the view."""
        open_views(of_version(1)).save("jobs", OLD, 7)
        reader = open_views(of_version(2))
        assert reader.position("jobs") == 0
        assert reader.get_many("jobs", ["a", "b"]) == OLD
        assert list(reader.page("jobs", sort="number").documents) == list(OLD.values())
        views = open_views(of_version(1))
        assert (views.position("jobs"), views.get_many("jobs", ["a", "b"])) == (7, OLD)

    def test_first_save_of_another_version_empties_the_view(self, open_views: OpenViews) -> None:
        """Nothing of the old documents stays, and the view is at the position of the new ones."""
        open_views(of_version(1)).save("jobs", OLD, 7)
        views = open_views(of_version(2))
        assert views.position("jobs") == 0
        views.save("jobs", NEW, 3)
        views.save("jobs", {}, 4)
        again = open_views(of_version(2))
        assert again.position("jobs") == 4
        assert again.get_many("jobs", ["a", "b"]) == NEW
        assert again.folded("jobs", ["a", "b"]) == {"a": Folded(position=4, document=NEW["a"])}

    def test_versions_of_views_are_apart(self, open_views: OpenViews) -> None:
        """A new version of one view leaves the others as they are."""
        views = open_views(of_version(1))
        views.save("jobs", OLD, 7)
        views.save("trials", {"t": {"number": 1}}, 7)
        newer = open_views(of_version(2))
        newer.save("jobs", NEW, 1)
        assert (newer.position("trials"), newer.get("trials", "t")) == (7, {"number": 1})

    def test_view_that_was_folded_anew_stays(self, open_views: OpenViews) -> None:
        """It is folded anew once, and not by every process that opens it."""
        open_views(of_version(1)).save("jobs", OLD, 7)
        open_views(of_version(2)).save("jobs", NEW, 3)
        open_views(of_version(2)).save("jobs", {"b": {"number": 5}}, 4)
        assert open_views(of_version(2)).get_many("jobs", ["a", "b"]) == {
            **NEW,
            "b": {"number": 5},
        }

    def test_cleared_view_takes_the_version_that_folds_it(self, open_views: OpenViews) -> None:
        """Where a view was cleared, whoever saves first says of which version it is."""
        views = open_views(of_version(1))
        views.save("jobs", OLD, 7)
        views.clear("jobs")
        newer = open_views(of_version(2))
        newer.save("jobs", NEW, 1)
        assert (newer.position("jobs"), newer.get("jobs", "a")) == (1, NEW["a"])
        assert open_views(of_version(1)).position("jobs") == 0
