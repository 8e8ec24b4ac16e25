"""The contract of the `ViewGenerations` port: views that are built beside the live ones."""

import pytest

from hyperdock_common.errors import StorageUnavailable, ViewSwitched
from hyperdock_common.ports import Generation, RebuildableViews, Role
from hyperdock_common.testing.stored_views import StoredViewsContract
from hyperdock_common.testing.view_documents import OpenRebuildable, job, numbers
from hyperdock_common.testing.view_switches import RIGHT, WRONG, ViewSwitchesContract
from hyperdock_common.testing.view_versions import of_version


class ViewGenerationsContract(ViewSwitchesContract, StoredViewsContract):
    """Inherit it, and give the fixtures `open_views` and `spoil`."""

    @pytest.fixture
    def open_views(self) -> OpenRebuildable:
        """Opens one and the same store, new for this test, as each process would."""
        raise NotImplementedError

    @pytest.fixture
    def views(self, open_views: OpenRebuildable) -> RebuildableViews:
        """A store whose jobs are wrong."""
        views = open_views()
        views.save("jobs", WRONG, 7)
        return views

    def test_what_is_built_beside_is_not_shown(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """Readers and the writer of the live view see nothing of a rebuild."""
        beside = open_views().generations.beside(["jobs"])
        assert beside.position("jobs") == 0
        assert beside.folded("jobs", ["a"]) == {}
        beside.save("jobs", RIGHT, 9)
        assert (beside.position("jobs"), beside.get("jobs", "a")) == (9, RIGHT["a"])
        for store in (views, open_views()):
            assert (store.position("jobs"), store.get("jobs", "a")) == (7, WRONG["a"])
        views.save("jobs", {"c": {"number": 3}}, 8)
        assert open_views().position("jobs") == 8
        assert beside.get("jobs", "c") is None

    def test_switch_shows_what_was_built(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """Everybody sees the documents, their pages and the position of the new generation."""
        reader = open_views()
        assert reader.get("jobs", "a") == WRONG["a"]
        views.generations.beside(["jobs"]).save("jobs", RIGHT, 9)
        assert open_views().generations.switch("jobs")
        for store in (reader, open_views()):
            assert store.position("jobs") == 9
            assert store.get_many("jobs", ["a", "b"]) == RIGHT
            assert numbers(store.page("jobs", sort="number").documents) == [1, 2]

    def test_pages_of_a_built_view_are_served(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """It has its indexes when it is live, and a cursor from before leads on."""
        jobs = {f"j{n:02}": job(n) for n in range(24)}
        views.save("jobs", jobs, 8)
        first = views.page("jobs", where={"trial_id": "t1"}, sort="number", limit=5)
        views.generations.beside(["jobs"]).save("jobs", jobs, 8)
        assert views.generations.switch("jobs")
        reader = open_views()
        rest = reader.page(
            "jobs", where={"trial_id": "t1"}, sort="number", cursor=first.next_cursor
        )
        shown = [*numbers(first.documents), *numbers(rest.documents)]
        assert shown == list(range(1, 24, 2))

    def test_view_that_is_behind_is_not_switched_to(self, views: RebuildableViews) -> None:
        """The position of a view never goes back."""
        beside = views.generations.beside(["jobs"])
        beside.save("jobs", RIGHT, 6)
        assert not views.generations.switch("jobs")
        assert (views.position("jobs"), views.get("jobs", "a")) == (7, WRONG["a"])
        beside.save("jobs", {}, 7)
        assert views.generations.switch("jobs")
        assert (views.position("jobs"), views.get("jobs", "a")) == (7, RIGHT["a"])

    def test_unfinished_view_is_continued(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """Another process finds it where the one before was killed."""
        views.generations.beside(["jobs"]).save("jobs", {"a": RIGHT["a"]}, 3)
        again = open_views().generations.beside(["jobs"])
        assert again.position("jobs") == 3
        assert {key: each.document for key, each in again.folded("jobs", ["a", "b"]).items()} == {
            "a": RIGHT["a"]
        }
        again.save("jobs", {"b": RIGHT["b"]}, 8)
        assert open_views().generations.switch("jobs")
        assert open_views().get_many("jobs", ["a", "b"]) == RIGHT

    def test_view_of_another_version_is_begun_anew(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """What another release has built is of no use."""
        views.generations.beside(["jobs"]).save("jobs", WRONG, 7)
        newer = open_views(of_version(2)).generations.beside(["jobs"])
        assert (newer.position("jobs"), newer.get("jobs", "a")) == (0, None)

    def test_live_view_of_another_version_is_left_alone(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """Whoever keeps it would not keep the new one."""
        generations = open_views(of_version(2)).generations
        generations.beside(["jobs"]).save("jobs", RIGHT, 9)
        with pytest.raises(StorageUnavailable, match="version 1"):
            generations.switch("jobs")
        assert (views.position("jobs"), views.get("jobs", "a")) == (7, WRONG["a"])

    def test_view_from_before_is_kept_and_put_back(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """It can be folded on and made the live one again; the other one is then kept."""
        views.generations.beside(["jobs"]).save("jobs", RIGHT, 9)
        assert views.generations.switch("jobs")
        generations = open_views().generations
        before = generations.before(["jobs"])
        assert (before.position("jobs"), before.get("jobs", "a")) == (7, WRONG["a"])
        assert not generations.switch("jobs", Role.BEFORE)
        before.save("jobs", {}, 9)
        assert generations.switch("jobs", Role.BEFORE)
        reader = open_views()
        assert (reader.position("jobs"), reader.get("jobs", "a")) == (9, WRONG["a"])
        assert generations.before(["jobs"]).get("jobs", "a") == RIGHT["a"]

    def test_generations_are_told(self, views: RebuildableViews) -> None:
        """Each with its role, number, position and version; new numbers are higher."""
        views.generations.beside(["jobs"]).save("jobs", RIGHT, 9)
        views.generations.switch("jobs")
        views.generations.beside(["jobs"]).save("jobs", RIGHT, 5)
        told = views.generations.generations()
        assert [each for each in told if each.view == "jobs"] == [
            Generation(view="jobs", role=Role.LIVE, number=1, position=9, version=1),
            Generation(view="jobs", role=Role.BESIDE, number=2, position=5, version=1),
            Generation(view="jobs", role=Role.BEFORE, number=0, position=7, version=1),
        ]

    @pytest.mark.parametrize("role", [Role.BESIDE, Role.BEFORE])
    def test_dropped_generation_is_gone(self, views: RebuildableViews, role: Role) -> None:
        """Nothing is left of it, and the live one is as it was."""
        generations = views.generations
        generations.beside(["jobs"]).save("jobs", RIGHT, 9)
        generations.switch("jobs")
        beside = generations.beside(["jobs"])
        beside.save("jobs", {"c": {}}, 9)
        assert generations.drop("jobs", role)
        assert not generations.drop("jobs", role)
        assert role not in {each.role for each in generations.generations()}
        assert generations.beside(["jobs"]).get("jobs", "c") == (
            None if role is Role.BESIDE else {}
        )
        assert (views.position("jobs"), views.get("jobs", "a")) == (9, RIGHT["a"])

    def test_builder_of_a_dropped_generation_is_told(self, views: RebuildableViews) -> None:
        """A rebuild that somebody else ended does not go on beside nothing."""
        beside = views.generations.beside(["jobs"])
        beside.save("jobs", RIGHT, 5)
        views.generations.drop("jobs", Role.BESIDE)
        with pytest.raises(ViewSwitched):
            beside.save("jobs", RIGHT, 6)
        with pytest.raises(ViewSwitched):
            beside.position("jobs")

    def test_writer_saves_nothing_that_it_folded_on_the_view_before(
        self, views: RebuildableViews, open_views: OpenRebuildable
    ) -> None:
        """A document that was wrong does not come back after it was put right."""
        folded = views.folded("jobs", ["a"])
        generations = open_views().generations
        generations.beside(["jobs"]).save("jobs", RIGHT, 7)
        assert generations.switch("jobs")
        with pytest.raises(ViewSwitched):
            views.save("jobs", {"a": {**folded["a"].document, "more": 1}}, 8)
        assert views.position("jobs") == 7
        assert open_views().get("jobs", "a") == RIGHT["a"]
        again = views.folded("jobs", ["a"])
        views.save("jobs", {"a": {**again["a"].document, "more": 1}}, 8)
        reader = open_views()
        assert (reader.position("jobs"), reader.get("jobs", "a")) == (
            8,
            {**RIGHT["a"], "more": 1},
        )

    def test_views_are_rebuilt_apart(self, views: RebuildableViews) -> None:
        """Another view stays as it is, whatever is built of this one."""
        views.save("trials", {"t": {"n": 1}}, 7)
        beside = views.generations.beside(["jobs"])
        beside.save("jobs", RIGHT, 9)
        assert views.generations.switch("jobs")
        assert (views.position("trials"), views.get("trials", "t")) == (7, {"n": 1})
        with pytest.raises(ValueError, match="trials"):
            beside.position("trials")

    def test_what_is_not_there_is_refused(self, views: RebuildableViews) -> None:
        """A view, or a generation, that nobody made."""
        generations = views.generations
        with pytest.raises(ValueError, match="kept from before"):
            generations.before(["jobs"])
        with pytest.raises(ValueError, match="beside"):
            generations.switch("jobs")
        with pytest.raises(ValueError, match="no view 'job'"):
            generations.beside(["job"])
        with pytest.raises(ValueError, match="live"):
            generations.drop("jobs", Role.LIVE)
        assert not generations.drop("jobs", Role.BESIDE)

    def test_view_that_nobody_kept_is_built(self, open_views: OpenRebuildable) -> None:
        """There may be nothing live yet."""
        generations = open_views().generations
        generations.beside(["jobs"]).save("jobs", RIGHT, 3)
        assert generations.switch("jobs")
        assert open_views().get_many("jobs", ["a", "b"]) == RIGHT
        writer = open_views()
        writer.save("jobs", {"c": {"number": 3}}, 4)
        assert open_views().position("jobs") == 4
