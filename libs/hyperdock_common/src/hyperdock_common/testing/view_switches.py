"""The contract of the `ViewGenerations` port: who reads or folds while generations come and go."""

import pytest

from hyperdock_common.errors import ViewSwitched
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import RebuildableViews, Role
from hyperdock_common.testing.view_documents import OpenRebuildable, numbers

WRONG: dict[str, JsonObject] = {"a": {"number": 1, "is": "wrong"}, "b": {"number": 2}}
RIGHT: dict[str, JsonObject] = {"a": {"number": 1, "is": "right"}, "b": {"number": 2}}


class ViewSwitchesContract:
    """Part of `ViewGenerationsContract`, which gives the fixtures."""

    def test_reader_of_documents_alone_sees_the_one_or_the_other(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """Also who asked for no position since is never shown what was dropped as missing."""
        reader = open_views()
        first = reader.page("jobs", sort="number", limit=1)
        assert reader.get("jobs", "a") == WRONG["a"]
        views.generations.beside(["jobs"]).save("jobs", RIGHT, 9)
        assert views.generations.switch("jobs")
        views.generations.drop("jobs", Role.BEFORE)
        rest = reader.page("jobs", sort="number", cursor=first.next_cursor)
        assert numbers(rest.documents) == [2]
        assert reader.get_many("jobs", ["a", "b"]) == RIGHT

    @pytest.mark.parametrize("way", ["get_many", "texts", "page"])
    def test_first_look_behind_a_drop_shows_what_is_there(
        self, views: RebuildableViews, open_views: OpenRebuildable, way: str
    ) -> None:
        """Whatever is asked for first, at once."""
        reader = open_views()
        assert reader.get("jobs", "a") == WRONG["a"]
        views.generations.beside(["jobs"]).save("jobs", RIGHT, 9)
        assert views.generations.switch("jobs")
        views.generations.drop("jobs", Role.BEFORE)
        match way:
            case "get_many":
                assert reader.get_many("jobs", ["a", "b"]) == RIGHT
            case "texts":
                assert reader.texts("jobs", ["a", "b"]).keys() == RIGHT.keys()
            case _:
                assert numbers(reader.page("jobs", sort="number").documents) == [1, 2]

    def test_writer_is_told_of_a_switch_before_it_takes_the_log_for_wrong(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """Documents that fit no event may be those of the view before, or dropped with it."""
        views.folded("jobs", ["a"])
        generations = open_views().generations
        generations.beside(["jobs"]).save("jobs", RIGHT, 7)
        assert generations.switch("jobs")
        with pytest.raises(ViewSwitched):
            views.folded("jobs", [])
        assert views.folded("jobs", []) == {}
        assert views.folded("jobs", ["a"])["a"].document == RIGHT["a"]

    def test_builder_never_saves_to_a_younger_generation(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """What it goes on from is missing there."""
        generations = views.generations
        generations.beside(["jobs"]).save("jobs", {"a": RIGHT["a"]}, 5)
        builder = open_views().generations.beside(["jobs"])
        assert builder.position("jobs") == 5
        generations.drop("jobs", Role.BESIDE)
        younger = generations.beside(["jobs"])
        with pytest.raises(ViewSwitched):
            builder.save("jobs", {"b": RIGHT["b"]}, 8)
        assert (younger.position("jobs"), younger.get("jobs", "b")) == (0, None)

    def test_cleared_view_has_no_other_generations(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """They are of the log that was there before: nobody goes on with them or puts them back."""
        views.generations.beside(["jobs"]).save("jobs", RIGHT, 9)
        assert views.generations.switch("jobs")
        beside = views.generations.beside(["jobs"])
        beside.save("jobs", RIGHT, 9)
        open_views().clear("jobs")
        views.save("trials", {}, 1)
        assert [each for each in views.generations.generations() if each.view == "jobs"] == []
        with pytest.raises(ViewSwitched):
            beside.save("jobs", RIGHT, 10)
        with pytest.raises(ValueError, match="kept from before"):
            views.generations.before(["jobs"])
        writer = open_views()
        writer.save("jobs", {"c": {"number": 3}}, 2)
        assert open_views().generations.beside(["jobs"]).get("jobs", "a") is None
        assert numbers(open_views().page("jobs", sort="number").documents) == [3]
