"""Who only looks changes nothing in the file of a log or of views, whatever it is and lies on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.hyperdock_common.adapters.early_log import make_early_log

from hyperdock_common.adapters.sqlite_database import UnusableDatabase
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_view_reader import SqliteViewReader
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import Envelope
from hyperdock_common.ports import ArchiveMark
from hyperdock_common.testing.builders import envelope, envelopes, proposed, registered, submitted
from hyperdock_common.testing.view_documents import CONTRACT_VIEWS
from hyperdock_common.verifying import verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is."""
    return tmp_path / "100% mine?.db"


@pytest.fixture
def sent() -> list[Envelope]:
    """Three events."""
    return envelopes([submitted("t1"), proposed(1), registered()])


def test_a_log_is_read_and_not_changed(path: Path, sent: list[Envelope]) -> None:
    """Also while somebody else appends to it."""
    with closing(SqliteEventLog(path)) as writer:
        writer.append(0, sent)
    before = path.read_bytes()
    with closing(SqliteEventLog(path, read_only=True)) as log:
        assert [each.envelope for each in log.read(0)] == sent
        fact = log.stored(0)[0]
        mark = ArchiveMark(position=1, chain=fact.chain, archive_id="a1")
        for change in (
            lambda: log.append(3, envelopes([proposed(2)])),
            lambda: log.append_pulses([], keep_seconds=1),
            lambda: log.restore([fact]),
            lambda: log.forget(mark),
        ):
            with pytest.raises(StorageUnavailable, match="was opened to be read only"):
                change()
        assert path.read_bytes() == before
        with closing(SqliteEventLog(path)) as writer:
            writer.append(3, [envelope(proposed(2))])
            assert log.head() == 4


def test_a_log_of_an_earlier_release_is_read_as_it_is(path: Path, sent: list[Envelope]) -> None:
    """What was not recorded then is not there; that release can still use its file."""
    make_early_log(path, sent)
    before = path.read_bytes()
    with closing(SqliteEventLog(path, read_only=True)) as log:
        assert [each.envelope for each in log.read(0)] == sent
        assert [each.position for each in log.read(0, stream="trial-t1")] == [1, 2]
        assert [(each.version, each.chain) for each in log.stored(0)] == [(None, None)] * 3
        assert log.known([sent[0].event_id, "other"]) == {sent[0].event_id}
        assert log.archived() is None
        verification = verify(log)
    assert (verification.is_intact, verification.unchained) == (True, 3)
    assert path.read_bytes() == before


def test_where_nobody_can_write_the_file_alone_is_read(path: Path, sent: list[Envelope]) -> None:
    """Unless the newest commits are not in it: then it is not taken for all."""
    beside = path.with_name(f"{path.name}-wal")
    with closing(SqliteEventLog(path)) as writer:
        writer.append(0, sent)
        unmerged = beside.read_bytes()
    shared = path.with_name(f"{path.name}-shm")
    shared.symlink_to("nowhere/at-all")  # it cannot be made, as on a read-only file system
    with closing(SqliteEventLog(path, read_only=True)) as log:
        assert [each.envelope for each in log.read(0)] == sent
    beside.write_bytes(unmerged)
    with pytest.raises(UnusableDatabase, match=r"with 100% mine\?.db-wal: copy both"):
        SqliteEventLog(path, read_only=True)


def test_what_is_no_log_is_refused(path: Path) -> None:
    """And none is made where none is."""
    with pytest.raises(StorageUnavailable):
        SqliteEventLog(path, read_only=True)
    assert not path.exists()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE mine (a)")
    with pytest.raises(UnusableDatabase, match="of another program"):
        SqliteEventLog(path, read_only=True)
    path.write_bytes(b"no database at all" * 99)
    with pytest.raises(UnusableDatabase, match="is no database"):
        SqliteEventLog(path, read_only=True)


def test_views_are_read_and_not_changed(path: Path) -> None:
    """They refuse to be saved to, cleared and made beside."""
    with closing(SqliteViewStore(path, CONTRACT_VIEWS)) as views:
        views.save("jobs", {"1": {"name": "one"}}, 7)
    before = path.read_bytes()
    with closing(SqliteViewReader(path, CONTRACT_VIEWS)) as reader:
        assert reader.position("jobs") == 7
        assert reader.get("jobs", "1") == {"name": "one"}
        assert [each.view for each in reader.generations.generations()]
        for change in (
            lambda: reader.save("jobs", {}, 8),
            lambda: reader.clear("jobs"),
            lambda: reader.generations.beside(["jobs"]),
        ):
            with pytest.raises(StorageUnavailable, match="was opened to be read only"):
                change()
    assert path.read_bytes() == before


def test_views_that_an_earlier_release_did_not_have_are_empty(path: Path) -> None:
    """As are the generations, of which it had none."""
    with closing(SqliteViewStore(path, CONTRACT_VIEWS[:1])) as views:
        views.save(CONTRACT_VIEWS[0].name, {"1": {"name": "one"}}, 7)
    with closing(sqlite3.connect(path)) as early, early:
        early.execute("DROP TABLE generations")
    before = path.read_bytes()
    with closing(SqliteViewReader(path, CONTRACT_VIEWS)) as reader:
        assert reader.position(CONTRACT_VIEWS[0].name) == 7
        for schema in CONTRACT_VIEWS[1:]:
            assert reader.position(schema.name) == 0
            assert reader.get(schema.name, "1") is None
    assert path.read_bytes() == before
