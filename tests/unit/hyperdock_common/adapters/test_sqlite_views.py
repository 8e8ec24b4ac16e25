"""What is special about the views in a SQLite file: their indexes and what a page costs."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from hyperdock_common.adapters.page_query import PageQuery
from hyperdock_common.adapters.sqlite_database import UnusableDatabase
from hyperdock_common.adapters.sqlite_pages import statements
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import Field, ViewSchema
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.testing.view_documents import CONTRACT_VIEWS, job, numbers
from hyperdock_common.testing.view_versions import of_version

BY_NUMBER = ViewSchema(name="jobs", indexes=(("trial_id", "number"),))
BY_LOSS = ViewSchema(name="jobs", indexes=(("trial_id", "loss"),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the views are."""
    return tmp_path / "views.db"


@pytest.fixture
def views(path: Path) -> Iterator[SqliteViewStore]:
    """The views of the contract."""
    with closing(SqliteViewStore(path, CONTRACT_VIEWS)) as views:
        yield views


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("continued", [False, True])
@pytest.mark.parametrize(
    ("where", "sort", "index"),
    [
        ({"trial_id": "t1"}, "number", "jobs:trial_id,number"),
        ({"trial_id": "t1"}, "loss", "jobs:trial_id,loss"),
        ({"state": "done", "trial_id": "t1"}, "loss", "jobs:trial_id,state,loss"),
        ({"trial_id": "t1", "state": None}, "loss", "jobs:trial_id,state,loss"),
        ({}, "name", "jobs:name"),
        ({}, "end.at", "jobs:end.at"),
    ],
)
def test_page_is_one_search_in_an_index(
    views: SqliteViewStore,
    where: Mapping[str, Json],
    sort: str,
    index: str,
    *,
    continued: bool,
    descending: bool,
) -> None:
    """A page begins at its place in an index and needs no sorting: it costs the same anywhere."""
    query = PageQuery(view="jobs", where=where, sort=sort, descending=descending)
    cursor = query.cursor(7, "j7") if continued else None
    for sql, values in statements(query, cursor):
        with views._database.read() as connection:
            steps = connection.execute(f"EXPLAIN QUERY PLAN {sql} LIMIT 5", values).fetchall()
        (step,) = [each[3] for each in steps]
        assert step.startswith(f"SEARCH view_jobs USING INDEX {index} (")
        begins_at_its_place = "<expr>>?" in step or "<expr><?" in step or "key" in step
        assert begins_at_its_place


def test_page_costs_the_same_wherever_it_begins(views: SqliteViewStore) -> None:
    """The last of many pages takes no more steps of SQLite than the first, ties or not."""
    jobs: dict[str, JsonObject] = {
        f"j{n:05}": {"trial_id": "t1", "number": n, "loss": n % 2} for n in range(5000)
    }
    views.save("jobs", jobs, 1)
    for sort, early, late in (
        ("number", (10, "j00010"), (4900, "j04900")),
        ("loss", (0, "j00010"), (0, "j04900")),
    ):
        query = PageQuery(view="jobs", where={"trial_id": "t1"}, sort=sort)
        costs = [steps_of(views, query, query.cursor(*place)) for place in (early, late)]
        assert max(costs) <= 1.5 * min(costs)


def steps_of(views: SqliteViewStore, query: PageQuery, cursor: str) -> int:
    """How many instructions SQLite runs for a page, in tens."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    with views._database.read() as connection:
        connection.set_progress_handler(count, 10)
        for sql, values in statements(query, cursor):
            connection.execute(f"{sql} LIMIT 20", values).fetchall()
        connection.set_progress_handler(None, 10)
    return counted


def test_indexes_follow_their_declaration(path: Path) -> None:
    """A release that declares other indexes finds its documents and new indexes at the start."""
    with closing(SqliteViewStore(path, [BY_NUMBER])) as views:
        views.save("jobs", {f"j{n}": job(n) for n in range(10)}, 10)
        assert index_names(path) == {"jobs:trial_id,number"}
    with closing(SqliteViewStore(path, [BY_LOSS])) as views:
        assert views.position("jobs") == 10
        page = views.page("jobs", where={"trial_id": "t0"}, sort="loss", limit=2)
        assert numbers(page.documents) == [0, 8]
        assert index_names(path) == {"jobs:trial_id,loss"}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    ("view", "where", "sort"),
    [
        ("trials", ["archived"], "submitted_at"),
        ("trials", ["archived", "state"], "submitted_at"),
        ("trials", ["state"], "submitted_at"),
        ("trials", [], "submitted_at"),
        ("jobs", ["trial_id"], "number"),
        ("jobs", ["trial_id"], "loss"),
        ("jobs", ["trial_id", "state"], "number"),
        ("jobs", ["trial_id", "state"], "loss"),
        ("jobs", ["trial_id", "state"], "finished_at"),
        ("jobs", ["trial_id", "worker_id"], "number"),
        ("jobs", ["state"], "proposed_at"),
        ("jobs", ["worker_id"], "proposed_at"),
        ("jobs", [], "proposed_at"),
        ("jobs", [], "finished_at"),
        ("workers", ["state"], "registered_at"),
        ("curves", ["job_id"], "order"),
    ],
)
def test_lists_that_people_look_at_need_no_sorting(
    path: Path, view: str, where: list[str], sort: str, *, descending: bool
) -> None:
    """The indexes of our views serve what is asked for often, beside each other."""
    query = PageQuery(view=view, where=dict.fromkeys(where, "x"), sort=sort, descending=descending)
    with closing(SqliteViewStore(path, SCHEMAS)) as views, views._database.read() as connection:
        for sql, values in [*statements(query, None), *statements(query, query.cursor(1, "k"))]:
            steps = connection.execute(f"EXPLAIN QUERY PLAN {sql} LIMIT 5", values).fetchall()
            (step,) = [each[3] for each in steps]
            assert step.startswith(f"SEARCH view_{view} USING INDEX ")


def test_view_of_a_release_without_versions_is_folded_anew(path: Path) -> None:
    """Nothing says of which shape its documents are."""
    with closing(SqliteViewStore(path, [BY_NUMBER])) as views:
        views.save("jobs", {"j0": job(0), "j1": job(1)}, 10)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE versions")
    with closing(SqliteViewStore(path, [BY_NUMBER])) as views:
        assert views.position("jobs") == 0
        views.save("jobs", {"j1": job(1)}, 1)
        assert (views.position("jobs"), views.get("jobs", "j0")) == (1, None)


def index_names(path: Path) -> set[str]:
    """The indexes in a file that were made on purpose."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        )
        return {name for (name,) in rows}


def test_page_that_no_index_serves_is_answered(views: SqliteViewStore) -> None:
    """A query that nobody foresaw is slower, not wrong."""
    views.save("jobs", {f"j{n}": job(n) for n in range(10)}, 10)
    page = views.page("jobs", where={"state": "open"}, sort="number")
    assert numbers(page.documents) == [4, 5]


def test_search_that_takes_too_long_is_given_up(path: Path) -> None:
    """No request keeps the processor for as long as it likes; the store serves on."""
    with closing(SqliteViewStore(path, [BY_NUMBER], searched_within=0)) as views:
        views.save("jobs", {f"j{n}": job(n) for n in range(8_000)}, 1)
        sorts: tuple[Field, ...] = (("params", "lr"), "state")
        for sort in sorts:
            with pytest.raises(StorageUnavailable, match="took over 0 s"):
                views.page("jobs", sort=sort)
        assert numbers(views.page("jobs", where={"trial_id": "t0"}, sort="number").documents)
        assert views.get("jobs", "j1") == job(1)


@pytest.mark.parametrize("value", [10**400, -(10**300)])
def test_number_that_no_database_takes_is_refused(views: SqliteViewStore, value: int) -> None:
    """It is the asker's mistake, and no fault of the store."""
    with pytest.raises(ValueError, match="number can be"):
        views.page("jobs", where={"number": value}, sort="number")


@pytest.mark.parametrize("name", ["", "x'", 'x"', "x y", "x.", ".x", "x[0]", "1x", "größe", "x--"])
def test_field_that_is_no_name_is_refused(views: SqliteViewStore, name: str) -> None:
    """Names stand in SQL, so only names get there."""
    with pytest.raises(ValueError, match="name of"):
        views.page("jobs", sort=name)
    with pytest.raises(ValueError, match="name of"):
        views.page("jobs", where={name: 1}, sort="number")


def test_value_that_is_not_plain_cannot_be_asked_for(views: SqliteViewStore) -> None:
    """Lists and objects are no values to filter by."""
    with pytest.raises(ValueError, match="trial_id"):
        views.page("jobs", where={"trial_id": ["t1"]}, sort="number")


def test_unknown_view_is_refused(views: SqliteViewStore) -> None:
    """A view that was not declared is a mistake, not an empty view."""
    with pytest.raises(ValueError, match="no view 'job'"):
        views.position("job")
    with pytest.raises(ValueError, match="no view 'job'"):
        views.save("job", {}, 1)
    with pytest.raises(ValueError, match="no view 'job'"):
        views.page("job", sort="number")


def test_view_whose_name_is_none_is_refused(path: Path) -> None:
    """A schema's names are checked when the store is opened."""
    with pytest.raises(ValueError, match="name of"):
        SqliteViewStore(path, [ViewSchema(name="jobs; --")])
    with pytest.raises(ValueError, match="name of"):
        SqliteViewStore(path, [ViewSchema(name="jobs", indexes=(("a b",),))])


def test_file_that_is_no_database_is_named(path: Path) -> None:
    """A broken file is named, so that it can be removed and rebuilt."""
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(UnusableDatabase, match=r"views\.db"):
        SqliteViewStore(path, CONTRACT_VIEWS)


def test_full_disk_leaves_documents_and_position_together(
    views: SqliteViewStore, path: Path
) -> None:
    """Invariant 5: a save that fails moves neither the documents nor the position."""
    views.save("jobs", {"j1": {"a": 1}}, 1)
    writer = views._database._writer("NORMAL")
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count={pages + 5}")
    with pytest.raises(StorageUnavailable, match="full"):
        views.save("jobs", {"j1": {"a": 2}, "j2": {"text": "x" * 1_000_000}}, 2)
    assert (views.position("jobs"), views.get("jobs", "j1")) == (1, {"a": 1})
    with closing(SqliteViewStore(path, of_version(2))) as newer:
        limited = newer._database._writer("NORMAL")
        limited.execute(f"PRAGMA max_page_count={pages + 5}")
        with pytest.raises(StorageUnavailable, match="full"):
            newer.save("jobs", {"j2": {"text": "x" * 1_000_000}}, 2)
    assert (views.position("jobs"), views.get("jobs", "j1")) == (1, {"a": 1})
    writer.execute("PRAGMA max_page_count=1000000")
    views.save("jobs", {"j1": {"a": 2}}, 2)
    assert views.get("jobs", "j1") == {"a": 2}


def test_closed_store_is_unavailable(views: SqliteViewStore) -> None:
    """After its end a store takes and gives nothing."""
    views.close()
    with pytest.raises(StorageUnavailable, match="closed"):
        views.get("jobs", "j1")
