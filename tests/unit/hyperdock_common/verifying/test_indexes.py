"""A damaged index is found: what it does not lead to could be recorded again, or be missed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.hyperdock_common.verifying.stored_facts import fill, kinds, opened, verified

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.archive import (
    Archive,
    ArchivedEventLog,
    Archiving,
    AuditedLog,
    UnusableArchive,
    archive_prefix,
    read_manifest,
)
from hyperdock_common.verifying import verify

INDEXES = ("sqlite_autoindex_events_1", "events_of_stream")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of 120 facts."""
    fill(tmp_path / "log.db", 120)
    return tmp_path / "log.db"


@pytest.fixture
def folder(path: Path) -> Path:
    """The archive of its first 90."""
    how = Archiving(
        folder=path.parent / "a",
        new_id=lambda: "a1",
        clock=lambda: 0.0,
        release="test",
        segment_events=40,
    )
    with closing(SqliteEventLog(path)) as log:
        archive_prefix(log, 90, how)
    return how.folder


def lose_entry(path: Path, position: int) -> None:
    """The fact stays, and nothing in the indexes leads to it."""
    with opened(path) as file:
        row = file.execute("SELECT * FROM events WHERE position = ?", (position,)).fetchone()
        file.execute("DELETE FROM events WHERE position = ?", (position,))
        select = "SELECT * FROM sqlite_schema WHERE tbl_name = 'events'"
        schema = file.execute(select).fetchall()
    with opened(path) as file:
        file.execute("PRAGMA writable_schema = 1")
        file.execute("UPDATE sqlite_schema SET sql = replace(sql, 'UNIQUE', '')")
        file.execute("DELETE FROM sqlite_schema WHERE tbl_name = 'events' AND type = 'index'")
    with opened(path) as file:
        file.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    with opened(path) as file:
        file.execute("PRAGMA writable_schema = 1")
        file.execute("DELETE FROM sqlite_schema WHERE tbl_name = 'events'")
        file.executemany("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", schema)


def spoil(path: Path, name: str) -> None:
    """The first page of a table or an index is none any more."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = file.execute("PRAGMA page_size").fetchone()
        select = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        (page,) = file.execute(select, (name,)).fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(content)


def test_a_lost_entry_of_an_index_is_found(path: Path) -> None:
    """The fact is named, although it stands in the store as it was recorded."""
    assert verified(path).is_intact
    lose_entry(path, 77)
    found = verified(path)
    assert kinds(found) == [(77, "unindexed")]
    assert not found.is_intact
    assert "could be recorded again" in found.findings[0].what
    with closing(SqliteEventLog(path)) as log:
        assert log.known([log.read(76, 1)[0].envelope.event_id]) == set()


@pytest.mark.parametrize("name", INDEXES)
def test_a_spoiled_index_is_found(path: Path, name: str) -> None:
    """What cannot be read leads nowhere; all facts that it should lead to are one finding."""
    spoil(path, name)
    (found,) = verified(path).findings
    assert (found.position, found.last, found.kind.value) == (1, 120, "unindexed")


@pytest.mark.parametrize(
    ("damage", "first"),
    [
        ("DELETE FROM ids WHERE position = 7", 7),
        ("DELETE FROM facts WHERE position BETWEEN 50 AND 60", 50),
        ("UPDATE streams SET name = name || 'x'", 1),
    ],
)
def test_an_unsound_index_of_an_archive_is_found(
    path: Path, folder: Path, damage: str, first: int
) -> None:
    """It is a damaged file of the archive, and its remedy is said."""
    with closing(sqlite3.connect(folder / "index-000000000090.sqlite")) as file, file:
        file.execute(damage)
    assert _bad_index(path, folder) == ("index-000000000090.sqlite", first)
    (folder / "index-000000000090.sqlite").unlink()
    assert _bad_index(path, folder) is None


@pytest.mark.parametrize("name", ["ids", "facts"])
def test_a_spoiled_index_of_an_archive_is_named(path: Path, folder: Path, name: str) -> None:
    """By those who verify, and by those who need it; made anew it leads to everything."""
    index = folder / "index-000000000090.sqlite"
    spoil(index, name)
    assert _bad_index(path, folder) == (index.name, 1)
    with closing(SqliteEventLog(path)) as store:
        log = ArchivedEventLog(store, folder)
        facts = log.stored(0)
        with pytest.raises(UnusableArchive, match=r"sqlite is damaged .* remove it"):
            _ = log.known(["e1"]), log.read(0, stream=facts[0].stream)
        assert len(log.unindexed(facts)) == 90
        log.close()
        index.unlink()
        log = ArchivedEventLog(store, folder)
        assert list(log.unindexed(facts)) == []
        log.close()


def test_an_unsound_index_is_not_copied_into_a_longer_archive(path: Path, folder: Path) -> None:
    """It is named instead, and the log forgets nothing more."""
    spoil(folder / "index-000000000090.sqlite", "ids")
    how = Archiving(folder=folder, new_id=lambda: "a1", clock=lambda: 0.0, release="test")
    with closing(SqliteEventLog(path)) as store:
        with pytest.raises(UnusableArchive, match=r"090.sqlite is damaged"):
            archive_prefix(store, 110, how)
        mark = store.archived()
    assert mark is not None
    assert mark.position == 90


def _bad_index(path: Path, folder: Path) -> tuple[str, int] | None:
    """What is wrong with the archive's index; all else is well."""
    manifest = read_manifest(folder)
    assert manifest is not None
    with (
        closing(SqliteEventLog(path)) as store,
        closing(AuditedLog(Archive(folder, manifest), store)) as log,
    ):
        assert verify(log).is_intact
        bad = log.bad_index()
    if bad is None:
        return None
    assert "it is made anew from the segments" in bad.problem
    return bad.name, bad.first
