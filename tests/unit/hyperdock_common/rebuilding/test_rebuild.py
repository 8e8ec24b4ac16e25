"""Rebuilds beside live views: from the beginning or where one stopped, to the switch and back."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.hyperdock_common.checking.good_log import GOOD, log_of

from hyperdock_common.adapters.sqlite_generations import SqliteGenerations, empty
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.checking import check_views
from hyperdock_common.errors import ViewSwitched
from hyperdock_common.ports import Role
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, Projection, catch_up
from hyperdock_common.rebuilding import Amounts, RebuildStopped, put_back, rebuild

HEAD = len(GOOD)
ENVELOPES = [each.envelope for each in log_of(GOOD)]
NAMES = [each.schema.name for each in PROJECTIONS]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    """A log with everything in it."""
    with closing(SqliteEventLog(tmp_path / "events.db")) as log:
        log.append(0, ENVELOPES)
        yield log


@pytest.fixture
def views(tmp_path: Path, log: SqliteEventLog) -> Iterator[SqliteViewStore]:
    """Live views, one document of which is wrong."""
    with closing(SqliteViewStore(tmp_path / "views.db", SCHEMAS)) as views:
        catch_up(PROJECTIONS, views, log)
        with views._database.write(durable=False) as connection:
            connection.execute(
                "UPDATE view_trials SET document = json_set(document, '$.name', 'wrong')"
            )
        yield views


def name_of(views: SqliteViewStore) -> object:
    """What a trial is called in the live view."""
    trial = views.get("trials", "t1")
    assert trial is not None
    return trial["name"]


def test_rebuilt_views_are_right_and_live(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """The wrong document is gone."""
    assert not check_views(log, views).is_clean
    assert rebuild(PROJECTIONS, views, log) == HEAD
    assert check_views(log, views).is_clean
    assert {each.role for each in views.generations.generations()} == {Role.LIVE, Role.BEFORE}


def test_views_may_be_left_beside(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """They are switched to by the next rebuild, which has little to do."""
    rebuild(PROJECTIONS, views, log, switch=False)
    assert name_of(views) == "wrong"
    told: list[int] = []
    rebuild(PROJECTIONS, views, log, tell=lambda position, _: told.append(position))
    assert set(told) == {HEAD}
    assert name_of(views) != "wrong"


def test_log_that_grows_is_caught_up_with(tmp_path: Path) -> None:
    """What is appended while it folds is folded, too, before the switch."""
    with (
        closing(SqliteEventLog(tmp_path / "events.db")) as log,
        closing(SqliteViewStore(tmp_path / "views.db", SCHEMAS)) as views,
    ):
        log.append(0, ENVELOPES[:5])
        catch_up(PROJECTIONS, views, log)
        left = ENVELOPES[5:]

        def live(_position: int, _head: int) -> None:
            if left:
                log.append(HEAD - len(left), [left.pop(0)])
                catch_up(PROJECTIONS, views, log)

        assert rebuild(PROJECTIONS, views, log, tell=live, amounts=Amounts(page=1)) == HEAD
        assert left == []
        assert {views.position(name) for name in NAMES} == {HEAD}
        assert check_views(log, views).is_clean


def test_views_of_another_log_are_begun_anew(
    tmp_path: Path, log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """What stands beside may have been folded from a log that was put back since."""
    rebuild(PROJECTIONS, views, log, switch=False)
    with closing(SqliteEventLog(tmp_path / "shorter.db")) as shorter:
        shorter.append(0, ENVELOPES[:9])
        for name in NAMES:
            views.clear(name)
        catch_up(PROJECTIONS, views, shorter)
        assert rebuild(PROJECTIONS, views, shorter) == 9
        assert check_views(shorter, views).is_clean


def test_views_ahead_of_the_log_are_refused(
    tmp_path: Path, log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """Nothing that is folded would ever be level with them."""
    with closing(SqliteEventLog(tmp_path / "shorter.db")) as shorter:
        shorter.append(0, ENVELOPES[:9])
        with pytest.raises(RebuildStopped, match=f"shows position {HEAD}.*ends at 9"):
            rebuild(PROJECTIONS, views, shorter)
    assert log.head() == HEAD


def test_views_of_another_release_are_refused(
    tmp_path: Path, log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """Its supervisor would not keep what is built beside them."""
    newer, store = newer_release(views, tmp_path)
    with closing(store):
        with pytest.raises(RebuildStopped, match="is kept by version"):
            rebuild(newer, store, log)
        assert Role.BESIDE not in {each.role for each in store.generations.generations()}


def test_views_are_put_back(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """Those from before, folded on; and the others again."""
    rebuild(PROJECTIONS[:1], views, log)
    assert name_of(views) != "wrong"
    assert put_back(PROJECTIONS[:1], views, log) == HEAD
    assert name_of(views) == "wrong"
    put_back(PROJECTIONS[:1], views, log)
    assert name_of(views) != "wrong"


def test_views_that_are_put_back_know_what_happened_since(
    log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """They are level with the log before they are live."""
    short = HEAD - 10
    views.clear("jobs")
    with closing(SqliteEventLog(log_path(log).with_name("early.db"))) as early:
        early.append(0, ENVELOPES[:short])
        catch_up(PROJECTIONS[3:4], views, early)
        rebuild(PROJECTIONS[3:4], views, early)
    catch_up(PROJECTIONS[3:4], views, log)
    assert put_back(PROJECTIONS[3:4], views, log) == HEAD
    assert views.position("jobs") == HEAD
    report = check_views(log, views, projections=PROJECTIONS[3:4])
    assert report.is_clean


def newer_release(views: SqliteViewStore, path: Path) -> tuple[list[Projection], SqliteViewStore]:
    """The projections of a release with other schemas, and its store."""
    views.close()
    newer = [
        replace(each, schema=replace(each.schema, version=each.schema.version + 1))
        for each in PROJECTIONS
    ]
    return newer, SqliteViewStore(path / "views.db", [each.schema for each in newer])


def test_views_of_another_release_are_not_put_back(
    tmp_path: Path, log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """What was kept from before an upgrade has another shape."""
    rebuild(PROJECTIONS, views, log)
    newer, store = newer_release(views, tmp_path)
    with closing(store):
        catch_up(newer, store, log)
        with pytest.raises(RebuildStopped, match=r"another release.*drop --before"):
            put_back(newer, store, log)
        assert check_views(log, store, projections=newer).is_clean


@pytest.mark.parametrize("kept", [Role.BEFORE, Role.BESIDE])
def test_views_of_a_log_that_was_replaced_never_come_back(tmp_path: Path, kept: Role) -> None:
    """Also where the new log has grown beyond them: they tell what never happened in it."""
    with closing(SqliteViewStore(tmp_path / "views.db", SCHEMAS)) as views:
        with closing(SqliteEventLog(tmp_path / "old.db")) as old:
            old.append(0, ENVELOPES)
            catch_up(PROJECTIONS, views, old)
            rebuild(PROJECTIONS, views, old, switch=kept is Role.BEFORE)
        with closing(SqliteEventLog(tmp_path / "new.db")) as new:
            new.append(0, ENVELOPES[:9])
            catch_up(PROJECTIONS, views, new)
            assert {each.role for each in views.generations.generations()} == {Role.LIVE}
            with pytest.raises(ValueError, match="nothing is kept"):
                put_back(PROJECTIONS, views, new)
            assert rebuild(PROJECTIONS, views, new) == 9
            assert check_views(new, views).is_clean


def test_views_from_before_that_are_ahead_of_the_log_are_not_put_back(
    tmp_path: Path, log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """An earlier release left them when it cleared the live ones."""
    rebuild(PROJECTIONS[:1], views, log)
    with views._database.write(durable=False) as connection:
        empty(connection, "trials.g1")
    with closing(SqliteEventLog(tmp_path / "shorter.db")) as shorter:
        shorter.append(0, ENVELOPES[:9])
        catch_up(PROJECTIONS[:1], views, shorter)
        with pytest.raises(RebuildStopped, match=r"another one.*drop --before"):
            put_back(PROJECTIONS[:1], views, shorter)


def test_hole_in_the_log_stops_it(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """Views that show the missing event are not replaced by ones that lack it."""
    with log._database.write(durable=False) as connection:
        connection.execute("DELETE FROM events WHERE position = ?", (HEAD - 1,))
    with pytest.raises(RebuildStopped, match=rf"position {HEAD - 1} is missing.*events verify"):
        rebuild(PROJECTIONS, views, log)
    assert name_of(views) == "wrong"
    assert Role.BEFORE not in {each.role for each in views.generations.generations()}


class SwitchedBefore(SqliteGenerations):
    """Another rebuild of the same views is a moment faster each time."""

    def switch(self, view: str, role: Role = Role.BESIDE) -> bool:
        """The other one's, and this one's."""
        super().switch(view, role)
        return super().switch(view, role)


class Contended(SqliteViewStore):
    """A store that another rebuild switches."""

    @property
    def generations(self) -> SqliteGenerations:
        """With somebody else at them."""
        mine = super().generations
        return SwitchedBefore(mine._database, mine._schemas, mine._store)


def test_rebuild_that_comes_second_is_told(tmp_path: Path, log: SqliteEventLog) -> None:
    """Also where the first one switches between its last event and its switch."""
    with closing(Contended(tmp_path / "contended.db", SCHEMAS)) as views:
        with pytest.raises(ViewSwitched, match="trials"):
            rebuild(PROJECTIONS[:1], views, log)
        assert check_views(log, views, projections=PROJECTIONS[:1]).is_clean


class Never(SqliteGenerations):
    """Whose live views are always further."""

    def switch(self, view: str, role: Role = Role.BESIDE) -> bool:
        """Not now."""
        del view, role
        return False


class Beyond(SqliteViewStore):
    """A store whose live views belong to a longer log, which nobody looked for in time."""

    @property
    def generations(self) -> SqliteGenerations:
        """With live ones that are never reached."""
        mine = super().generations
        return Never(mine._database, mine._schemas, mine._store)


def test_rebuild_that_cannot_reach_the_live_views_ends(tmp_path: Path, log: SqliteEventLog) -> None:
    """It does not go round for ever."""
    with (
        closing(Beyond(tmp_path / "beyond.db", SCHEMAS)) as views,
        pytest.raises(RebuildStopped, match="another log"),
    ):
        rebuild(PROJECTIONS, views, log)


def log_path(log: SqliteEventLog) -> Path:
    """Where a log is."""
    return log._database._path
