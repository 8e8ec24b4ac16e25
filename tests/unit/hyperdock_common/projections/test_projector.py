"""Folding into a real view store: live, after a crash, and in a rebuild by the same code."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import Event
from hyperdock_common.history import history
from hyperdock_common.ports import Role
from hyperdock_common.projections import (
    HEARTBEATS,
    PROJECTIONS,
    SCHEMAS,
    Projection,
    catch_up,
    catch_up_pulses,
    keep_up,
    project,
)
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import (
    claimed,
    envelope,
    envelopes,
    finished,
    heartbeat,
    proposed,
    recorded,
    registered,
)

JOBS = next(each for each in PROJECTIONS if each.schema.name == "jobs")
TOLD: list[Event] = [proposed(1), proposed(2), claimed(1), finished(1)]


@pytest.fixture
def views(tmp_path: Path) -> Iterator[SqliteViewStore]:
    """Empty views."""
    with closing(SqliteViewStore(tmp_path / "views.db", SCHEMAS)) as store:
        yield store


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    """An empty log."""
    with closing(SqliteEventLog(tmp_path / "log.db", FakeClock())) as made:
        yield made


def states(views: SqliteViewStore) -> dict[str, Any]:
    """The states of the jobs."""
    return {str(doc["job_id"]): doc["state"] for doc in views.page("jobs", sort="number").documents}


def test_a_batch_is_folded_in_order(views: SqliteViewStore) -> None:
    """Several events of one document among it; the view's position comes along."""
    project(JOBS, views, recorded(TOLD))
    assert states(views) == {"t1-job-1": "succeeded", "t1-job-2": "pending"}
    assert views.position("jobs") == 4


def test_the_position_moves_also_where_no_document_does(views: SqliteViewStore) -> None:
    """Else a view would look behind for ever."""
    project(JOBS, views, recorded([registered()]))
    assert views.position("jobs") == 1


def test_folding_again_changes_nothing(views: SqliteViewStore) -> None:
    """Invariant 5: what a view has seen is passed over, also where new events follow it."""
    records = recorded(TOLD)
    project(JOBS, views, records[:3])
    project(JOBS, views, records[:3])
    project(JOBS, views, records[:2])
    assert (views.position("jobs"), states(views)["t1-job-1"]) == (3, "running")
    project(JOBS, views, records)
    assert (views.position("jobs"), states(views)["t1-job-1"]) == (4, "succeeded")


def test_a_fold_that_fails_leaves_the_view_as_it_was(views: SqliteViewStore) -> None:
    """Neither documents nor position have moved."""
    with pytest.raises(ValueError, match="before the proposal"):
        project(JOBS, views, recorded([proposed(1), claimed(9)]))
    assert (views.position("jobs"), states(views)) == (0, {})


def test_catching_up_brings_every_view_to_the_head(
    views: SqliteViewStore, log: SqliteEventLog
) -> None:
    """Invariant 5: wherever each of them stood."""
    chosen = [each for each in PROJECTIONS if each.schema.name in ("jobs", "workers")]
    log.append(0, envelopes([registered(), *TOLD]))
    project(chosen[0], views, log.read(0)[:2])
    catch_up(chosen, views, log)
    assert {views.position(each.schema.name) for each in chosen} == {5}
    assert states(views) == {"t1-job-1": "succeeded", "t1-job-2": "pending"}


def test_a_long_past_is_caught_up_with(views: SqliteViewStore, log: SqliteEventLog) -> None:
    """Page by page, to the end."""
    log.append(0, envelopes([proposed(number) for number in range(1, 1202)]))
    catch_up([JOBS], views, log)
    assert views.position("jobs") == 1201
    assert [record.position for record in history(log)] == list(range(1, 1202))


def test_a_view_that_is_ahead_of_its_log_is_folded_anew(
    views: SqliteViewStore, log: SqliteEventLog
) -> None:
    """Invariant 5: the log was put back from a copy, or is another one."""
    project(JOBS, views, recorded(TOLD))
    log.append(0, envelopes([proposed(7)]))
    catch_up([JOBS], views, log)
    assert (states(views), views.position("jobs")) == ({"t1-job-7": "pending"}, 1)


def test_pulses_have_a_view_of_their_own(views: SqliteViewStore, log: SqliteEventLog) -> None:
    """With their own numbering."""
    for at in (1.0, 2.0):
        log.append_pulses([envelope(heartbeat("w1"), at)], keep_seconds=60)
        catch_up_pulses(HEARTBEATS, views, log)
    assert views.get("heartbeats", "w1") == {"worker_id": "w1", "last_seen": 2.0}
    assert views.position("heartbeats") == 2


def test_every_view_can_be_stored() -> None:
    """Each has a name of its own, the heartbeats' among them."""
    names = [schema.name for schema in SCHEMAS]
    facts = ["trials", "specs", "notes", "jobs", "curves", "workers"]
    assert names == [*facts, "heartbeats", "notifications"]
    assert all(isinstance(each, Projection) for each in (*PROJECTIONS, HEARTBEATS))


def test_what_was_just_appended_is_folded_without_reading_it_again(
    views: SqliteViewStore, log: SqliteEventLog
) -> None:
    """While the views are level with the log, the log is not asked."""
    records = log.append(0, envelopes([registered(), *TOLD]))
    log.close()
    keep_up([JOBS], views, log, records, len(records))
    assert views.position("jobs") == len(records)
    assert states(views) == {"t1-job-1": "succeeded", "t1-job-2": "pending"}
    keep_up([JOBS], views, log, [], len(records))


@pytest.mark.parametrize("appended", [0, 1])
def test_a_view_that_knows_less_is_caught_up(
    views: SqliteViewStore, log: SqliteEventLog, appended: int
) -> None:
    """Invariant 5: a view that was switched leaves no hole, whether anything happens or not."""
    log.append(0, envelopes([registered(), *TOLD]))
    project(JOBS, views, log.read(0)[:2])
    records = log.append(5, envelopes([proposed(3)])) if appended else []
    keep_up([JOBS], views, log, records, 5 + appended)
    assert views.position("jobs") == 5 + appended
    assert states(views)["t1-job-1"] == "succeeded"


def test_a_switch_between_fold_and_save_is_gone_through(
    tmp_path: Path, log: SqliteEventLog
) -> None:
    """Invariant 5: what was folded on the old documents is folded again on the new ones."""

    class Switching(SqliteViewStore):
        left = 1

        def save(self, view: str, documents: Any, position: int) -> None:
            if self.left:
                self.left -= 1
                beside = self.generations.beside(["jobs"])
                catch = log.read(0)[:4]
                project(JOBS, beside, catch)
                assert self.generations.switch("jobs")
            super().save(view, documents, position)

    records = log.append(0, envelopes([registered(), *TOLD]))
    with closing(Switching(tmp_path / "switching.db", SCHEMAS)) as views:
        keep_up([JOBS], views, log, records, len(records))
        assert views.position("jobs") == len(records)
        assert states(views) == {"t1-job-1": "succeeded", "t1-job-2": "pending"}
        numbers = {each.role: each.number for each in views.generations.generations()}
        assert numbers[Role.LIVE] == 1
