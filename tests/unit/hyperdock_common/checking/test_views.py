"""The checker over views, on real stores: also where they are behind, ahead, or move meanwhile."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.hyperdock_common.checking.good_log import GOOD, log_of, without

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_pages import table
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.checking import Report, check_views
from hyperdock_common.checking.expected import ExpectedDocuments
from hyperdock_common.checking.progress import silent
from hyperdock_common.checking.views import ViewChecker
from hyperdock_common.history import history
from hyperdock_common.ports import StoredDocument
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up, project
from hyperdock_common.testing.builders import job_id_of

JOB = job_id_of("t1", 1)
DOCUMENTS = 2 * 2 + 1 + 6 + 2 + 2  # trials and specs, notes, jobs, metrics, workers


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    """A log with everything in it."""
    with closing(SqliteEventLog(tmp_path / "events.db")) as log:
        log.append(0, [each.envelope for each in log_of(GOOD)])
        yield log


@pytest.fixture
def views(tmp_path: Path) -> Iterator[SqliteViewStore]:
    """Views with nothing in them."""
    with closing(SqliteViewStore(tmp_path / "views.db", SCHEMAS)) as views:
        yield views


def show(log: SqliteEventLog, views: SqliteViewStore, to: int | None = None) -> None:
    """Folds the log into the views, up to a position."""
    for projection in PROJECTIONS:
        project(projection, views, history(log, to=to))


def save(views: SqliteViewStore, view: str, key: str, **fields: Any) -> None:
    """Changes a document as no event did."""
    document = {**(views.get(view, key) or {}), **fields}
    position = views.position(view)
    with views._database.write(durable=False) as connection:
        connection.execute("UPDATE positions SET position = 0 WHERE view = ?", (view,))
    views.save(view, {key: document}, position)


def remove(views: SqliteViewStore, view: str, key: str) -> None:
    """Removes a document."""
    with views._database.write(durable=False) as connection:
        connection.execute(f"DELETE FROM {table(view)} WHERE key = ?", (key,))  # noqa: S608


def found(report: Report) -> list[str]:
    """Where something was found; all of it under rule 5."""
    assert {each.invariant for each in report.findings} <= {5}
    assert report.counts.view_differences == len(report.findings)
    return [each.where for each in report.findings]


@pytest.mark.parametrize("position", [0, 1, 6, 15, 19, 29, len(GOOD)])
def test_views_that_equal_the_fold_are_clean_wherever_they_stand(
    log: SqliteEventLog, views: SqliteViewStore, position: int
) -> None:
    """A view may be behind the log, but shows what it shows rightly."""
    show(log, views, position)
    report = check_views(log, views)
    assert found(report) == []
    assert report.counts.documents == DOCUMENTS


@pytest.mark.parametrize("view", [each.schema.name for each in PROJECTIONS])
def test_a_document_that_differs_is_found(
    log: SqliteEventLog, views: SqliteViewStore, view: str
) -> None:
    """Whatever field it is in, in whatever view."""
    show(log, views)
    key = {"jobs": JOB, "curves": f"{JOB}/1/0", "workers": "w1"}.get(view, "t1")
    save(views, view, key, note="a word that no event said")
    assert found(check_views(log, views)) == [f"view {view}, document {key}"]


def test_a_difference_is_told(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """People see at once which field is wrong, and what it should be."""
    show(log, views)
    save(views, "jobs", JOB, state="running", loss=None)
    (finding,) = check_views(log, views).findings
    assert finding.what == (
        "differs from the log: loss is None, folded 1.0; state is 'running', folded 'succeeded'"
    )


def test_an_event_that_was_folded_twice_is_found(
    log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """A checkpoint that was written apart from its document."""
    show(log, views)
    trial = views.get("trials", "t1")
    assert trial is not None
    counts: Any = trial["jobs"]
    save(views, "trials", "t1", jobs={**counts, "attempts_lost": 3})
    assert found(check_views(log, views)) == ["view trials, document t1"]


def test_an_event_that_was_never_folded_is_found(
    log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """A position says that all before it is there."""
    show(log, views, 8)
    for projection in PROJECTIONS:
        views.save(projection.schema.name, {}, len(GOOD))
    where = found(check_views(log, views))
    assert f"view jobs, document {JOB}" in where
    assert f"view jobs, document {job_id_of('t1', 4)}" in where
    assert "view workers, document w2" in where


@pytest.mark.parametrize("view", [each.schema.name for each in PROJECTIONS])
def test_a_missing_document_is_found(
    log: SqliteEventLog, views: SqliteViewStore, view: str
) -> None:
    """Where the view's position says that it should be there."""
    show(log, views)
    key = {"jobs": JOB, "curves": f"{JOB}/1/0", "workers": "w1"}.get(view, "t1")
    remove(views, view, key)
    assert found(check_views(log, views)) == [f"view {view}, document {key}"]


def test_a_document_that_no_event_explains_is_found(
    log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """In every view, whatever is in it."""
    show(log, views)
    save(views, "trials", "ghost", trial_id="ghost", submitted_at=1.0)
    save(views, "specs", "spectre", name="ghost")
    save(views, "notes", "haunted", text="boo")
    save(views, "jobs", "ghost.1", trial_id="ghost", job_id="ghost.1", number=1)
    save(views, "jobs", "copy", **(views.get("jobs", JOB) or {}))
    save(views, "jobs", "t1.9", trial_id="t1", job_id="t1.9", number=9)
    metric = {"trial_id": "t1", "job_id": JOB, "attempt": 1, "steps": 7, "order": 9}
    save(views, "curves", f"{JOB}/1/7", **metric)
    save(views, "workers", "w9", worker_id="w9", registered_at=1.0)
    report = check_views(log, views)
    assert sorted(found(report)) == sorted(
        [
            "view trials, document ghost",
            "view specs, document spectre",
            "view notes, document haunted",
            "view jobs, document copy",
            "view jobs, document ghost.1",
            "view jobs, document t1.9",
            f"view curves, document {JOB}/1/7",
            "view workers, document w9",
        ]
    )
    assert {each.what for each in report.findings} == {"no event explains it"}


@pytest.mark.parametrize("text", ["garbage", "[1]", ""])
@pytest.mark.parametrize("key", ["t1", "stray"])
def test_a_document_that_cannot_be_read_is_found(
    log: SqliteEventLog, views: SqliteViewStore, key: str, text: str
) -> None:
    """By its view and key, and the check goes on behind it."""
    show(log, views)
    save(views, "specs", "stray", name="stray")
    save(views, "workers", "w9", worker_id="w9")
    with views._database.write(durable=False) as connection:
        connection.execute("UPDATE view_specs SET document = ? WHERE key = ?", (text, key))
    expected = {f"view specs, document {key}", "view specs, document stray"}
    report = check_views(log, views)
    assert set(found(report)) == {*expected, "view workers, document w9"}
    unreadable = [each.where for each in report.findings if "cannot be read: " in each.what]
    assert unreadable == [f"view specs, document {key}"]


class Flawed(SqliteViewStore):
    """A store that keeps more than documents, as MongoDB does."""

    def stored(self, view: str, keys: Sequence[str]) -> Mapping[str, StoredDocument]:
        """What is kept beside one job is wrong."""
        there = super().stored(view, keys)
        return {
            key: replace(each, flaw="is searched by wrong fields: state") if key == JOB else each
            for key, each in there.items()
        }


def test_a_right_document_that_is_wrongly_stored_is_found(
    log: SqliteEventLog, tmp_path: Path
) -> None:
    """It is not where pages look for it."""
    with closing(Flawed(tmp_path / "flawed.db", SCHEMAS)) as views:
        show(log, views)
        report = check_views(log, views)
        assert found(report) == [f"view jobs, document {JOB}"]
        assert report.findings[0].what == "is searched by wrong fields: state"


def test_a_document_may_be_ahead_of_its_view(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """A view's position is a lower bound: documents are saved before it."""
    show(log, views)
    with views._database.write(durable=False) as connection:
        connection.execute("UPDATE positions SET position = 7")
    assert found(check_views(log, views)) == []
    save(views, "jobs", JOB, state="never")
    assert found(check_views(log, views)) == [f"view jobs, document {JOB}"]


def test_a_view_that_is_ahead_of_the_log_is_found(
    log: SqliteEventLog, views: SqliteViewStore
) -> None:
    """A log that was put back from a copy."""
    show(log, views)
    views.save("specs", {}, len(GOOD) + 1)
    assert found(check_views(log, views)) == ["view specs"]


@pytest.mark.parametrize("read", [0, 5, 7, 15, 16, 20, 30, len(GOOD)])
def test_a_system_that_moves_while_it_is_checked_is_clean(
    log: SqliteEventLog, views: SqliteViewStore, read: int
) -> None:
    """What happens after the log was read is no difference; what no event did still is one."""
    with closing(ExpectedDocuments()) as expected:
        for record in history(log, to=read):
            expected.add(record)
        show(log, views)
        assert found(ViewChecker(log, views, expected, silent).check()) == []
        save(views, "jobs", JOB, state="never")
        save(views, "workers", "w9", worker_id="w9", registered_at=1.0)
        remove(views, "specs", "t1")
        expected_places = {f"view jobs, document {JOB}", "view workers, document w9"}
        if read > 3:  # else the trial is not known yet
            expected_places.add("view specs, document t1")
        assert set(found(ViewChecker(log, views, expected, silent).check())) == expected_places


def test_a_log_that_cannot_be_folded_is_a_finding_and_no_crash(
    tmp_path: Path, views: SqliteViewStore
) -> None:
    """A log without a trial's submission: that trial has no fold, the others have."""
    with closing(SqliteEventLog(tmp_path / "broken.db")) as log:
        log.append(0, [each.envelope for each in log_of(without(GOOD[2]))])
        report = check_views(log, views)
    assert found(report) == ["view trials, document t1"]
    assert "cannot be folded at position 3" in report.findings[0].what


def test_progress_is_told(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """A long check says how far it is."""
    catch_up(PROJECTIONS, views, log)
    told: list[tuple[str, int, int]] = []
    check_views(log, views, lambda *progress: told.append(progress))
    assert told[-1] == ("documents", DOCUMENTS, DOCUMENTS)
