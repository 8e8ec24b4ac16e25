"""Rebuilds in MongoDB beside a supervisor, which writes behind and holds documents in memory."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import TypeAlias
from uuid import uuid4

import pytest
from tests.unit.hyperdock_common.checking.good_log import GOOD, log_of

from hyperdock_common.adapters.mongodb import (
    MongoEventLog,
    MongoServer,
    MongoSettings,
    MongoViewStore,
    WriteBehindViews,
)
from hyperdock_common.adapters.mongodb.view_places import Places
from hyperdock_common.checking import check_views
from hyperdock_common.errors import ViewSwitched
from hyperdock_common.ports import Role
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up, keep_up
from hyperdock_common.rebuilding import RebuildStopped, fold_on, put_back, rebuild
from hyperdock_common.testing.servers.mongodb import Database

ENVELOPES = [each.envelope for each in log_of(GOOD)]
HEAD = len(GOOD)
IDLE_AT = 20

Connect: TypeAlias = Callable[[], MongoServer]


@pytest.fixture
def connect(mongodb: Database) -> Iterator[Connect]:
    """As each process connects to a database of the test's own."""
    settings = MongoSettings(url=mongodb.url_of(f"rebuild-{uuid4()}"))
    with ExitStack() as opened:
        yield lambda: opened.enter_context(MongoServer(settings))


@pytest.fixture
def log(connect: Connect) -> MongoEventLog:
    """A log with an event to each commit, up to where nothing happens for a while."""
    log = MongoEventLog(connect())
    for position in range(IDLE_AT):
        log.append(position, [ENVELOPES[position]])
    return log


def damage(server: MongoServer, view: str, field: str) -> None:
    """Takes a field out of every document of a view."""
    for row in server.database[f"view_{view}"].find():
        text = row["d"].replace(f'"{field}"', '"nothing"')
        server.database[f"view_{view}"].update_one({"_id": row["_id"]}, {"$set": {"d": text}})


@pytest.mark.parametrize("is_dropped", [True, False])
@pytest.mark.parametrize("has_folded", [True, False])
@pytest.mark.parametrize("field", [None, "live", "state", "jobs"])
def test_idle_supervisor_goes_on_after_a_rebuild(
    connect: Connect, log: MongoEventLog, *, is_dropped: bool, has_folded: bool, field: str | None
) -> None:
    """Invariant 5: nothing of the old documents stops or misleads it, however wrong they were."""
    server = connect()
    catch_up(PROJECTIONS, MongoViewStore(server, SCHEMAS), log)
    if field is not None:
        damage(server, "trials", field)
        damage(server, "jobs", field)
    other = MongoViewStore(connect(), SCHEMAS)
    with closing(WriteBehindViews(MongoViewStore(server, SCHEMAS))) as views:
        catch_up(PROJECTIONS, views, log)
        for projection in PROJECTIONS if has_folded else ():
            views.folded(projection.schema.name, ["t1", "t1-job-1", "w1"])
        rebuild(PROJECTIONS, other, log)
        for projection in PROJECTIONS if is_dropped else ():
            other.generations.drop(projection.schema.name, Role.BEFORE)
        for position in range(IDLE_AT, HEAD):
            recorded = log.append(position, [ENVELOPES[position]])
            keep_up(PROJECTIONS, views, log, recorded, position + 1)
        views.flush()
        keep_up(PROJECTIONS, views, log, [], HEAD)
        views.flush()
    assert {other.position(each.schema.name) for each in PROJECTIONS} == {HEAD}
    assert check_views(log, other).findings == ()


class Killed(BaseException):
    """Whoever was at it is gone."""


def test_view_that_was_left_half_cleared_is_rebuilt(connect: Connect, log: MongoEventLog) -> None:
    """The supervisor was killed while it emptied a view, and is down; what it left is not kept."""
    server = connect()
    views = MongoViewStore(server, SCHEMAS)
    catch_up(PROJECTIONS, views, log)
    with pytest.raises(Killed), Places(server, "jobs").clearing(views._schemas[3].version):
        raise Killed
    assert MongoViewStore(connect(), SCHEMAS).position("jobs") == 0
    assert rebuild(PROJECTIONS[3:4], MongoViewStore(connect(), SCHEMAS), log) == IDLE_AT
    other = MongoViewStore(connect(), SCHEMAS)
    assert {each.role for each in other.generations.generations() if each.view == "jobs"} == {
        Role.LIVE
    }
    with pytest.raises(ValueError, match="nothing is kept"):
        put_back(PROJECTIONS[3:4], other, log)
    catch_up(PROJECTIONS, other, log)
    assert check_views(log, other).is_clean


class Slow(Places):
    """Looks, and does nothing for a while."""

    def __init__(self, server: MongoServer, view: str, meanwhile: Callable[[], None]) -> None:
        super().__init__(server, view)
        self._meanwhile = [meanwhile]

    def _find(self) -> dict[str, object]:
        found = super()._find()
        while self._meanwhile:
            self._meanwhile.pop()()
        return found


def test_rebuild_that_begins_late_takes_nothing_from_another(connect: Connect) -> None:
    """Of two that begin at once, neither drops documents that the other has made."""
    views = MongoViewStore(connect(), SCHEMAS)
    beside = []

    def meanwhile() -> None:
        beside.append(views.generations.beside(["jobs"]))
        beside[0].save("jobs", {"a": {"number": 1}}, 3)

    Slow(connect(), "jobs", meanwhile).begin(views._schemas[3].version)
    assert beside[0].get("jobs", "a") == {"number": 1}
    again = MongoViewStore(connect(), SCHEMAS).generations.beside(["jobs"])
    assert (again.position("jobs"), again.get("jobs", "a")) == (3, {"number": 1})


@pytest.mark.parametrize("is_switched", [True, False])
def test_hole_in_the_log_stops_a_rebuild(
    connect: Connect, log: MongoEventLog, *, is_switched: bool
) -> None:
    """Whoever reads the log sees it end at the hole: that is not where the views end."""
    server = connect()
    views = MongoViewStore(server, SCHEMAS)
    catch_up(PROJECTIONS, views, log)
    commits = server.database["commits"]
    for commit in list(commits.find({"_id": {"$gte": 12}})):  # more are missing than are read
        commits.delete_one({"_id": commit["_id"]})
        far = {"_id": commit["_id"] + 1_500, "last": commit["last"] + 1_500}
        commits.insert_one({**commit, **far})
    with pytest.raises(RebuildStopped, match="position 12 is missing"):
        rebuild(PROJECTIONS, views, log, switch=is_switched)
    assert Role.BEFORE not in {each.role for each in views.generations.generations()}


def test_whatever_was_changed_in_the_database_is_found(
    connect: Connect, log: MongoEventLog
) -> None:
    """Documents that nothing leads to, that cannot be read, that pages miss; until a rebuild."""
    server = connect()
    views = MongoViewStore(server, SCHEMAS)
    catch_up(PROJECTIONS, views, log)
    jobs, specs = server.database["view_jobs"], server.database["view_specs"]
    some, other, *_ = jobs.find().sort("_id")
    jobs.update_one({"_id": some["_id"]}, {"$set": {"f.state": "nowhere"}})
    jobs.insert_one({**other, "_id": "copy"})
    specs.update_one({}, {"$set": {"d": "garbage"}})
    server.database["view_notes"].insert_one({"_id": "stray"})
    found = {each.where: each.what.split(": ")[0] for each in check_views(log, views).findings}
    assert found == {
        f"view jobs, document {some['_id']}": "is searched by wrong fields",
        "view jobs, document copy": "no event explains it",
        "view specs, document t1": "cannot be read",
        "view notes, document stray": "cannot be read",
    }
    rebuild(PROJECTIONS, views, log)
    assert check_views(log, views).is_clean


def test_rebuild_whose_views_were_dropped_is_told(connect: Connect, log: MongoEventLog) -> None:
    """It does not take the log for wrong because the documents that it needs are gone."""
    views = MongoViewStore(connect(), SCHEMAS)
    fold_on(PROJECTIONS, views.generations.beside([each.name for each in SCHEMAS]), log, to=12)

    def tell(_position: int, _head: int) -> None:
        for schema in SCHEMAS:
            views.generations.drop(schema.name, Role.BESIDE)

    with pytest.raises(ViewSwitched):
        rebuild(PROJECTIONS, MongoViewStore(connect(), SCHEMAS), log, tell=tell)


def test_drop_removes_what_is_of_no_generation(connect: Connect, log: MongoEventLog) -> None:
    """A drop that was killed, or a writer that was told late, left it."""
    server = connect()
    views = MongoViewStore(server, SCHEMAS)
    catch_up(PROJECTIONS, views, log)
    rebuild(PROJECTIONS[3:4], views, log)
    assert Places(server, "jobs").take_out(Role.BEFORE, 0)
    assert "view_jobs" in server.database.list_collection_names()
    assert not views.generations.drop("jobs", Role.BEFORE)
    names = server.database.list_collection_names()
    assert "view_jobs" not in names
    assert {"view_jobs.g1", "view_specs"} <= set(names)
    assert check_views(log, views).is_clean
