"""What is special about the log in a SQLite file: its file, its syncs, a full disk, its layout."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.hyperdock_common.adapters.early_log import make_early_log

from hyperdock_common.adapters import sqlite_archive
from hyperdock_common.adapters.sqlite_database import UnusableDatabase
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.errors import Archived, DecodeError, StorageUnavailable
from hyperdock_common.events.chain import GENESIS, link
from hyperdock_common.ports import ArchiveMark
from hyperdock_common.testing.builders import (
    envelope,
    envelopes,
    heartbeat,
    proposed,
    registered,
    submitted,
)
from hyperdock_common.verifying import verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the log is."""
    return tmp_path / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteEventLog]:
    """A log in its file."""
    with closing(SqliteEventLog(path)) as log:
        yield log


def test_facts_are_synced_and_pulses_are_not(log: SqliteEventLog) -> None:
    """A fact is on the disk when its append returns; a pulse costs no sync of its own."""
    log.append(0, [envelope(submitted())])
    log.append_pulses([envelope(heartbeat())], keep_seconds=60)
    writers = log._database._writers
    assert writers["FULL"].execute("PRAGMA synchronous").fetchone() == (2,)
    assert writers["NORMAL"].execute("PRAGMA synchronous").fetchone() == (1,)


def test_log_is_one_file_when_closed(path: Path) -> None:
    """A log that was closed can be carried away as one file."""
    with closing(SqliteEventLog(path)) as log:
        log.append(0, [envelope(submitted())])
        log.append_pulses([envelope(heartbeat())], keep_seconds=60)
    assert list(path.parent.iterdir()) == [path]


def test_reading_does_not_wait_for_a_writer(log: SqliteEventLog) -> None:
    """A reader sees the last commit while a transaction is under way."""
    log.append(0, [envelope(proposed(1))])
    with ThreadPoolExecutor(1) as threads, log._database.write(durable=True):
        assert threads.submit(log.head).result(10) == 1


def test_page_of_a_stream_is_found_by_an_index(log: SqliteEventLog) -> None:
    """Reading one trial's history costs no look at the others'."""
    plan = "EXPLAIN QUERY PLAN SELECT body FROM events WHERE stream = ? AND position > ?"
    with log._database.read() as connection:
        steps = connection.execute(f"{plan} ORDER BY position LIMIT 5", ("s", 0)).fetchall()
    assert [step[3] for step in steps] == [
        "SEARCH events USING INDEX events_of_stream (stream=? AND position>?)"
    ]


def test_full_disk_is_told_and_survived(log: SqliteEventLog) -> None:
    """Without room an append fails as a whole, reading goes on, and so does the log with room."""
    log.append(0, [envelope(proposed(1))])
    large = [envelope(submitted(text="x" * 1_000_000))]
    writer = log._database._writer("FULL")
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count={pages + 10}")
    with pytest.raises(StorageUnavailable, match="full"):
        log.append(1, large)
    assert log.head() == 1
    assert log.known([large[0].event_id]) == set()
    writer.execute("PRAGMA max_page_count=1000000")
    log.append(1, large)
    assert [each.position for each in log.read(0)] == [1, 2]


def test_lock_of_another_process_is_told(path: Path, log: SqliteEventLog) -> None:
    """Where somebody else holds the file, an append fails and can be repeated."""
    log._database._writer("FULL").execute("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(path, isolation_level=None)) as intruder:
        intruder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable, match="locked"):
            log.append(0, [envelope(submitted())])
    assert log.append(0, [envelope(submitted())])[0].position == 1


def test_unknown_event_is_told_with_its_position(path: Path, log: SqliteEventLog) -> None:
    """An event of a later release stops a reader with the place where it stands."""
    log.append(0, envelopes([proposed(1), proposed(2)]))
    with closing(sqlite3.connect(path)) as editor, editor:
        editor.execute(
            "UPDATE events SET"
            " body = CAST(replace(body, 'job.proposed.v1', 'job.dreamt.v1') AS BLOB)"
            " WHERE position = 2"
        )
    assert len(log.read(0, 1)) == 1
    with pytest.raises(DecodeError, match=r"position 2: .*job\.dreamt\.v1") as caught:
        log.read(0)
    assert b"job.dreamt.v1" in caught.value.raw


def test_event_that_cannot_be_written_leaves_no_trace(log: SqliteEventLog) -> None:
    """A batch with an event that no reader could read is refused as a whole."""
    bad = envelope(proposed(params={"x": float("inf")}))
    with pytest.raises(ValueError, match="inf"):
        log.append(0, [envelope(submitted()), bad])
    assert log.head() == 0


@pytest.mark.parametrize("content", [b"no database at all, but long enough" * 40, b"\0" * 4096])
def test_file_that_is_no_database_is_named_and_kept(path: Path, content: bytes) -> None:
    """Somebody else's file is neither used nor harmed."""
    path.write_bytes(content)
    with pytest.raises(UnusableDatabase, match=r"log\.db is no database"):
        SqliteEventLog(path)
    assert path.read_bytes() == content


def test_database_of_another_program_is_named_and_kept(path: Path) -> None:
    """A SQLite file that is not ours gets no tables of ours."""
    with closing(sqlite3.connect(path)) as foreign, foreign:
        foreign.execute("CREATE TABLE songs (name)")
    content = path.read_bytes()
    with pytest.raises(UnusableDatabase, match="another program"):
        SqliteEventLog(path)
    assert path.read_bytes() == content


def test_views_are_no_log(path: Path) -> None:
    """Our own kinds of files are not mistaken for each other."""
    SqliteViewStore(path, []).close()
    with pytest.raises(UnusableDatabase, match="another program or kind"):
        SqliteEventLog(path)


def test_log_of_a_later_release_is_refused(path: Path) -> None:
    """A release that does not know a file's schema says so instead of guessing."""
    SqliteEventLog(path).close()
    with closing(sqlite3.connect(path)) as later, later:
        later.execute("PRAGMA user_version=3")
    with pytest.raises(UnusableDatabase, match="schema version 3; this release knows version 2"):
        SqliteEventLog(path)


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A log cannot be opened where there is no folder, and the error says where."""
    with pytest.raises(StorageUnavailable, match=r"nowhere/log\.db"):
        SqliteEventLog(tmp_path / "nowhere" / "log.db")


def test_damaged_log_is_told(path: Path) -> None:
    """A log whose pages are broken is named as damaged."""
    with closing(SqliteEventLog(path)) as log:
        log.append(0, envelopes([proposed(number) for number in range(1, 200)]))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x55" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(UnusableDatabase, match="damaged"), closing(SqliteEventLog(path)) as log:
        log.read(0)


def test_closed_log_is_unavailable(log: SqliteEventLog) -> None:
    """After its end a log takes and gives nothing."""
    log.close()
    log.close()
    with pytest.raises(StorageUnavailable, match="closed"):
        log.append(0, [envelope(submitted())])
    with pytest.raises(StorageUnavailable, match="closed"):
        log.head()


def test_closing_lets_a_reader_finish(log: SqliteEventLog) -> None:
    """A reader that is under way when the log is closed ends well, and then lets go."""
    log.append(0, [envelope(submitted())])
    reading, closed = threading.Event(), threading.Event()

    def read() -> object:
        with log._database.read() as connection:
            reading.set()
            assert closed.wait(10)
            return connection.execute("SELECT count(*) FROM events").fetchone()

    with ThreadPoolExecutor(1) as threads:
        result = threads.submit(read)
        assert reading.wait(10)
        log.close()
        closed.set()
        assert result.result(10) == (1,)
    assert not log._database._idle_readers


def test_log_of_an_earlier_release_is_upgraded(path: Path) -> None:
    """Its facts stay as they are, without chain and number; both begin behind them."""
    sent = envelopes([submitted("t1"), proposed(1), registered()])
    make_early_log(path, sent)
    for _ in range(2):
        with closing(SqliteEventLog(path)) as log:
            assert [each.envelope for each in log.read(0, 3)] == sent
            log.append(log.head(), [envelope(proposed(2)), envelope(registered())])
            facts = log.stored(0)
            verification = verify(log)
    assert [each.version for each in facts] == [None, None, None, 3, 2, 4, 3]
    assert [each.chain is None for each in facts] == [True] * 3 + [False] * 4
    assert facts[3].chain == link(GENESIS, 4, facts[3].recorded_at, facts[3].body)
    assert verification.is_intact
    assert verification.unchained == 3


def test_archive_that_was_ended_in_between_is_gone_on_with(log: SqliteEventLog) -> None:
    """From the mark on nobody reads what is left below it, and the next call removes it."""
    log.append(0, envelopes([submitted(), proposed(1), proposed(2), proposed(3)]))
    facts = log.stored(0)
    mark = ArchiveMark(position=2, chain=facts[1].chain, archive_id="a1")
    with log._database.write(durable=True) as connection:
        sqlite_archive.note(connection, mark, head=4)
    with pytest.raises(Archived):
        log.read(0)
    assert log.stored(0) == facts[2:]
    log.append(4, [envelope(proposed(4))])
    log.forget(mark)
    with log._database.read() as connection:
        assert connection.execute("SELECT min(position) FROM events").fetchone() == (3,)
    assert [each.version for each in log.stored(0)] == [3, 4, 5]


def test_numbers_go_on_behind_an_archive_of_early_facts(log: SqliteEventLog) -> None:
    """Facts without a number are counted, those in the archive too."""
    log.append(0, envelopes([submitted(), proposed(1), proposed(2), registered()]))
    with log._database.write(durable=True) as connection:
        connection.execute("UPDATE events SET version = NULL, chain = NULL")
    log.forget(ArchiveMark(position=2, chain=None, archive_id="a1"))
    log._tail.forget()
    log.append(4, [envelope(proposed(3)), envelope(registered())])
    assert [each.version for each in log.stored(4)] == [4, 2]


def test_much_is_archived_in_several_steps(log: SqliteEventLog) -> None:
    """So that whoever appends meanwhile waits for little."""
    for head in range(0, 4000, 500):
        log.append(head, envelopes([proposed(number) for number in range(500)]))
    mark = ArchiveMark(position=3999, chain=log.stored(3998)[0].chain, archive_id="a1")
    with log._database.write(durable=True) as connection:
        sqlite_archive.note(connection, mark, head=4000)
        assert sqlite_archive.drop_some(connection, mark.position, at_once=1000)
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (3000,)
    log.forget(mark)
    assert [each.position for each in log.stored(0)] == [4000]
