"""One pass over a log for all views: the same documents as live, in whatever steps."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.hyperdock_common.checking.good_log import GOOD, log_of, without

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.checking import check_views
from hyperdock_common.errors import DecodeError, StorageUnavailable
from hyperdock_common.events import RecordedEvent
from hyperdock_common.history import history, position_at
from hyperdock_common.ports import EventLog, StoredViews
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up
from hyperdock_common.rebuilding import Amounts, RebuildStopped, fold_on
from hyperdock_common.testing import FakeClock

HEAD = len(GOOD)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    """A log with everything in it, an event a second."""
    clock = FakeClock(1000.0)
    with closing(SqliteEventLog(tmp_path / "events.db", clock)) as log:
        for position, each in enumerate(log_of(GOOD)):
            log.append(position, [each.envelope])
            clock.advance(1)
        yield log


@pytest.fixture
def views(tmp_path: Path) -> Iterator[SqliteViewStore]:
    """Views with nothing in them."""
    with closing(SqliteViewStore(tmp_path / "views.db", SCHEMAS)) as views:
        yield views


def differences(log: EventLog, views: StoredViews) -> list[str]:
    """Where the views are not the fold of the log."""
    return [str(each) for each in check_views(log, views).findings]


@pytest.mark.parametrize("page", [1, 2, 7, 1000])
@pytest.mark.parametrize("batch", [1, 3, 1000])
def test_views_are_the_fold_of_the_log_in_whatever_steps(
    log: SqliteEventLog, views: SqliteViewStore, page: int, batch: int
) -> None:
    """Invariant 5: batches and pages change nothing."""
    amounts = Amounts(page=page, events=batch, documents=batch)
    assert fold_on(PROJECTIONS, views, log, amounts=amounts) == HEAD
    assert {views.position(each.schema.name) for each in PROJECTIONS} == {HEAD}
    assert differences(log, views) == []


@pytest.mark.parametrize("stop", range(1, HEAD))
def test_pass_goes_on_where_the_last_one_stopped(
    log: SqliteEventLog, views: SqliteViewStore, stop: int
) -> None:
    """Invariant 5: also where the views stand apart, as a crash between two of them leaves them."""
    fold_on(PROJECTIONS[::2], views, log, to=stop)
    fold_on(PROJECTIONS, views, log)
    assert differences(log, views) == []


def test_pass_stops_where_it_is_told(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """Views as of then are those that were live then."""
    assert fold_on(PROJECTIONS, views, log, to=10) == 10
    assert [views.position(each.schema.name) for each in PROJECTIONS] == [10] * len(PROJECTIONS)
    assert views.get("trials", "t1") is not None


def test_progress_is_told(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """From the beginning to the end."""
    told: list[tuple[int, int]] = []
    amounts = Amounts(page=10)
    fold_on(PROJECTIONS, views, log, tell=lambda *each: told.append(each), amounts=amounts)
    assert told[0] == (0, HEAD)
    assert told[-1] == (HEAD, HEAD)


def test_event_that_does_not_fit_stops_it(tmp_path: Path, views: SqliteViewStore) -> None:
    """It says where, which event, and into which document; what came before is kept."""
    with closing(SqliteEventLog(tmp_path / "broken.db")) as log:
        log.append(0, [each.envelope for each in log_of(without(GOOD[2]))])
        with pytest.raises(RebuildStopped, match=r"position 3 \(.*\.v1\) .* trials, document t1"):
            fold_on(PROJECTIONS, views, log)


class Newer(SqliteEventLog):
    """A log with an event of another release at its fifth position."""

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> list[RecordedEvent]:
        """What is there, up to that event."""
        if after >= 4:
            raise DecodeError("at position 5: not an event: unknown event type 'trial.split.v1'")
        return list(super().read(after, min(limit, 4 - after), stream=stream))


def test_unknown_event_stops_it_with_a_remedy(
    tmp_path: Path, log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """It says what and where, and what to do; the events before it are folded."""
    del log
    told = r"position 5.*'trial\.split\.v1'.*by the release"
    with closing(Newer(tmp_path / "events.db")) as newer, pytest.raises(RebuildStopped, match=told):
        fold_on(PROJECTIONS, views, newer, amounts=Amounts(page=2, events=1))
    assert views.position("trials") in {2, 4}


class HalfDone(SqliteViewStore):
    """A store that tells documents which are ahead of their view, as one that was killed does."""

    def __init__(self, path: Path, ahead: dict[str, Any]) -> None:
        super().__init__(path, SCHEMAS)
        self._ahead = ahead

    def folded(self, view: str, keys: Any) -> Any:
        """As stored, and what is ahead."""
        position = self.position(view)
        ahead = {
            key: each
            for key, each in self._ahead.get(view, {}).items()
            if key in keys and each.position > position
        }
        return {**super().folded(view, keys), **ahead}


@pytest.mark.parametrize("further", [8, 15, HEAD])
def test_documents_that_are_ahead_are_not_folded_twice(
    tmp_path: Path, log: SqliteEventLog, further: int
) -> None:
    """Invariant 5: half a batch was written when it was killed."""
    with closing(SqliteViewStore(tmp_path / "further.db", SCHEMAS)) as later:
        fold_on(PROJECTIONS, later, log, to=further)
        keys = {key for record in history(log) for key in _keys(record)}
        ahead = {
            each.schema.name: later.folded(each.schema.name, list(keys)) for each in PROJECTIONS
        }
    with closing(HalfDone(tmp_path / "views.db", ahead)) as views:
        SqliteViewStore.save(views, "notes", {}, 1)
        fold_on(PROJECTIONS, views, log, to=5)
        fold_on(PROJECTIONS, views, log, amounts=Amounts(page=3, events=5))
        assert differences(log, views) == []


def _keys(record: RecordedEvent) -> set[str]:
    return {key for each in PROJECTIONS for key in each.keys(record.event)}


def test_store_that_fails_ends_the_pass(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """It is written by another thread, and told all the same."""
    views.close()
    with pytest.raises(StorageUnavailable, match="closed"):
        fold_on(PROJECTIONS, views, log)


def test_events_that_a_projection_does_not_name_change_nothing() -> None:
    """The table by which a rebuild passes events over says the same as the projections' keys."""
    for projection in PROJECTIONS:
        for event in GOOD:
            assert not projection.keys(event) or type(event) in projection.events


@pytest.mark.parametrize(
    ("moment", "position"), [(0.0, 0), (999.9, 0), (1000.0, 1), (1004.5, 5), (9e9, HEAD)]
)
def test_position_of_a_moment(log: SqliteEventLog, moment: float, position: int) -> None:
    """The last one that was recorded until then."""
    assert position_at(log, moment) == position


def test_live_views_and_folded_ones_are_the_same(
    tmp_path: Path, log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """Byte for byte: the order of fields, too."""
    catch_up(PROJECTIONS, views, log)
    with closing(SqliteViewStore(tmp_path / "anew.db", SCHEMAS)) as anew:
        fold_on([replace(each) for each in PROJECTIONS], anew, log)
        keys = list({key for record in history(log) for key in _keys(record)})
        for each in PROJECTIONS:
            name = each.schema.name
            assert anew.texts(name, keys) == views.texts(name, keys)
