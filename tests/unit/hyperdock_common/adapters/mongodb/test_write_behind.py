"""Writing behind: what the writer sees, what others see, and what happens where a store fails."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from hyperdock_common.adapters.mongodb.write_behind import Limits, WriteBehindViews
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.errors import StorageUnavailable, ViewSwitched
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Folded
from hyperdock_common.testing import CONTRACT_VIEWS

LIMITS = Limits(unwritten=3, kept=2, patience=0.05, pause=0.001)


class Gate(SqliteViewStore):
    """A store whose saves wait while it is shut, and fail while it is broken."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, CONTRACT_VIEWS)
        self.open = threading.Event()
        self.open.set()
        self.waiting = threading.Event()
        self.broken = False
        self.failed = threading.Event()
        self.saved = threading.Condition()
        self.saves: list[tuple[set[str], int]] = []

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """Saves, when it may."""
        self.waiting.set()
        assert self.open.wait(10)
        if self.broken:
            self.failed.set()
            raise StorageUnavailable("broken")
        self.saves.append((set(documents), position))
        super().save(view, documents, position)
        with self.saved:
            self.saved.notify_all()

    def await_position(self, view: str, position: int) -> None:
        """Returns when the view is there."""
        with self.saved:
            assert self.saved.wait_for(lambda: self.position(view) == position, 10)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Gate]:
    """The store below."""
    with closing(Gate(tmp_path / "views.db")) as gate:
        yield gate


@pytest.fixture
def views(store: Gate) -> Iterator[WriteBehindViews]:
    """Views that are written behind."""
    with closing(WriteBehindViews(store, LIMITS)) as made:
        yield made
        store.broken = False
        store.open.set()


def test_writer_sees_at_once_what_it_saved(store: Gate, views: WriteBehindViews) -> None:
    """Others see it when it is written."""
    store.open.clear()
    views.save("jobs", {"a": {"n": 1}}, 1)
    assert (views.position("jobs"), views.get("jobs", "a")) == (1, {"n": 1})
    assert views.folded("jobs", ["a"])["a"].position == 1
    assert (store.position("jobs"), store.get("jobs", "a")) == (0, None)
    store.open.set()
    views.flush(10)
    assert (store.position("jobs"), store.get("jobs", "a")) == (1, {"n": 1})


def test_what_piled_up_is_written_once(store: Gate, views: WriteBehindViews) -> None:
    """Each document in its newest state, with the newest position."""
    store.open.clear()
    views.save("jobs", {"a": {"n": 1}}, 1)
    assert store.waiting.wait(10)
    for position in range(2, 50):
        views.save("jobs", {"a": {"n": position}, "b": {"n": position}}, position)
    store.open.set()
    views.flush(10)
    assert store.saves == [({"a"}, 1), ({"a", "b"}, 49)]
    assert store.get("jobs", "b") == {"n": 49}


def test_saves_wait_where_too_much_is_unwritten(store: Gate, views: WriteBehindViews) -> None:
    """They give up after a while, as if they had not been tried."""
    store.open.clear()
    views.save("jobs", {"a": {}, "b": {}, "c": {}}, 1)
    with pytest.raises(StorageUnavailable, match="3 documents wait"):
        views.save("jobs", {"d": {}}, 2)
    assert (views.position("jobs"), views.get("jobs", "d")) == (1, None)
    store.open.set()
    views.flush(10)
    views.save("jobs", {"d": {}}, 2)
    views.flush(10)
    assert store.position("jobs") == 2


def test_failed_writes_are_tried_again(store: Gate, views: WriteBehindViews) -> None:
    """For as long as it takes; the problem is shown meanwhile, and nothing is lost."""
    store.broken = True
    views.save("jobs", {"a": {"n": 1}}, 1)
    assert store.failed.wait(10)
    store.failed.clear()
    assert store.failed.wait(10)  # again: so what became of the first time has been noted
    with pytest.raises(StorageUnavailable, match="broken"):
        views.flush(0.01)
    views.save("jobs", {"b": {"n": 2}}, 2)
    assert views.problem == "broken"
    store.broken = False
    views.flush(10)
    assert views.problem is None
    assert store.get_many("jobs", ["a", "b"]) == {"a": {"n": 1}, "b": {"n": 2}}


def test_dropped_views_are_those_of_the_store(store: Gate, views: WriteBehindViews) -> None:
    """A writer that lost its place writes nothing more, and sees what the next one wrote."""
    store.broken = True
    views.save("jobs", {"a": {"n": 1}}, 1)
    assert store.failed.wait(10)
    views.drop()
    store.broken = False
    SqliteViewStore.save(store, "jobs", {"a": {"n": 7}}, 7)
    assert (views.position("jobs"), views.get("jobs", "a")) == (7, {"n": 7})
    views.save("jobs", {"b": {}}, 8)
    views.flush(10)
    assert store.get("jobs", "a") == {"n": 7}


def test_cleared_view_begins_anew(store: Gate, views: WriteBehindViews) -> None:
    """Nothing that was on its way comes back into it."""
    store.broken = True
    views.save("jobs", {"a": {"n": 9}}, 9)
    assert store.failed.wait(10)
    views.clear("jobs")
    store.broken = False
    assert (views.position("jobs"), views.get("jobs", "a")) == (0, None)
    views.save("jobs", {"b": {"n": 1}}, 1)
    views.flush(10)
    assert (store.position("jobs"), store.get("jobs", "a")) == (1, None)


def test_few_documents_are_kept(store: Gate, views: WriteBehindViews) -> None:
    """Those used last; the others are read again when they are asked for."""
    for position, key in enumerate("abcd", 1):
        views.save("jobs", {key: {"n": position}}, position)
        views.flush(10)
    SqliteViewStore.save(store, "jobs", {"a": {"n": -1}, "d": {"n": -1}}, 5)
    assert views.get_many("jobs", ["a", "d"]) == {"a": {"n": -1}, "d": {"n": 4}}
    assert views.folded("jobs", ["a"])["a"].document == {"n": -1}


def test_all_that_was_read_is_told(store: Gate, views: WriteBehindViews) -> None:
    """Also where it is more than is kept: what is left out would be folded from nothing."""
    keys = [f"{number}" for number in range(2 * LIMITS.kept)]
    SqliteViewStore.save(store, "jobs", {key: {"n": 1} for key in keys}, 7)
    assert {key: each.position for key, each in views.folded("jobs", keys).items()} == (
        dict.fromkeys(keys, 7)
    )


def test_close_leaves_what_it_cannot_write(tmp_path: Path) -> None:
    """In the time that it has: the log has it all."""
    with closing(Gate(tmp_path / "views.db")) as store:
        views = WriteBehindViews(store, LIMITS)
        store.broken = True
        views.save("jobs", {"a": {}}, 1)
        assert store.failed.wait(10)
        views.close(timeout=0.05)
        assert store.position("jobs") == 0


def test_positions_wait_for_documents(store: Gate) -> None:
    """A position that comes alone is written with the next documents, or when it is waited for."""
    with closing(WriteBehindViews(store, Limits(bare=60.0, breath=0.001))) as views:
        views.save("jobs", {}, 1)
        views.save("trials", {"t": {}}, 1)
        store.await_position("trials", 1)
        views.save("trials", {"t": {}}, 2)
        store.await_position("trials", 2)
        assert store.position("jobs") == 0
        views.save("jobs", {"a": {}}, 3)
        store.await_position("jobs", 3)
        views.save("jobs", {}, 4)
        views.flush(10)
        assert store.position("jobs") == 4


def test_positions_do_not_wait_for_ever(store: Gate) -> None:
    """Where no documents come, a position is written after a while."""
    with closing(WriteBehindViews(store, Limits(bare=0.01, breath=0.001))) as views:
        views.save("jobs", {}, 1)
        store.await_position("jobs", 1)


def test_view_that_was_switched_is_folded_on_where_it_stands(
    store: Gate, views: WriteBehindViews
) -> None:
    """What is known of the other documents is not kept, and who folds is told."""
    views.save("jobs", {"a": {"is": "wrong"}, "b": {"is": "wrong"}}, 7)
    views.flush()
    beside = store.generations.beside(["jobs"])
    beside.save("jobs", {"a": {"is": "right"}, "b": {"is": "right"}}, 7)
    assert store.generations.switch("jobs")
    assert views.folded("jobs", ["a"])["a"].document == {"is": "wrong"}
    views.save("jobs", {"a": {"is": "wrong", "more": 1}}, 8)
    views.flush()
    with pytest.raises(ViewSwitched):
        views.folded("jobs", ["a"])
    assert views.position("jobs") == 7
    assert views.folded("jobs", ["a"]) == {"a": Folded(position=7, document={"is": "right"})}
    views.save("jobs", {"a": {"is": "right", "more": 1}}, 8)
    views.flush()
    assert (store.position("jobs"), store.get("jobs", "a")) == (8, {"is": "right", "more": 1})
    assert store.get("jobs", "b") == {"is": "right"}


def test_nothing_is_saved_over_a_gap_after_a_switch(store: Gate, views: WriteBehindViews) -> None:
    """A position that was asked for before the switch is not moved on from: it was beyond."""
    store.open.clear()
    assert views.folded("jobs", ["a"]) == {}
    views.save("jobs", {"a": {"n": 1}}, 7)
    store.generations.beside(["jobs"]).save("jobs", {"a": {"n": 5}}, 5)
    assert views.position("jobs") == 7
    assert store.generations.switch("jobs")
    store.open.set()
    views.flush()
    with pytest.raises(ViewSwitched):
        views.save("jobs", {}, 8)
    assert (store.position("jobs"), views.position("jobs")) == (5, 5)
