"""A log goes into a file and out of it: whole, by parts, again after a stop, and never damaged."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
import zstandard

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.errors import Conflict
from hyperdock_common.ports import StoredEvent
from hyperdock_common.testing.builders import envelopes, proposed
from hyperdock_common.transfer import (
    BrokenLog,
    CannotImport,
    DamagedFile,
    Trailer,
    Wanted,
    examine,
    export_events,
    import_events,
)

MakeLog: TypeAlias = Callable[[int], SqliteEventLog]


def export(log: SqliteEventLog, path: Path, **changes: object) -> Trailer:
    """Writes a log into a file; all of it, if nothing else is said."""
    wanted = Wanted(after=0, to=log.head(), made_at=1.0, release="test")
    with path.open("wb") as file:
        return export_events(log, file, replace(wanted, **changes))  # type: ignore[arg-type]


def lines(path: Path) -> list[bytes]:
    """The lines of a file, unpacked."""
    with path.open("rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
        return reader.read().splitlines(keepends=True)


def pack(path: Path, content: Sequence[bytes]) -> None:
    """Makes a file of these lines."""
    path.write_bytes(zstandard.ZstdCompressor().compress(b"".join(content)))


@pytest.mark.parametrize("size", [0, 1, 3, 2_503])
def test_what_was_exported_is_imported(make_log: MakeLog, tmp_path: Path, size: int) -> None:
    """Positions, times, versions, chain and bytes: everything is as it was."""
    log, copy = make_log(size), make_log(0)
    trailer = export(log, tmp_path / "a.zst")
    assert trailer.count == trailer.last == size
    done = import_events(tmp_path / "a.zst", copy)
    assert (done.there, done.added) == (0, size)
    assert copy.stored(0, size + 1) == log.stored(0, size + 1)
    export(copy, tmp_path / "b.zst")
    assert (tmp_path / "a.zst").read_bytes() == (tmp_path / "b.zst").read_bytes()


def test_a_file_may_be_plain(make_log: MakeLog, tmp_path: Path) -> None:
    """Packed or not is told by its first bytes."""
    log, copy = make_log(20), make_log(0)
    export(log, tmp_path / "plain", packed=False)
    export(log, tmp_path / "packed")
    assert (tmp_path / "plain").read_bytes().splitlines(keepends=True) == lines(tmp_path / "packed")
    assert import_events(tmp_path / "plain", copy).added == 20


def test_a_file_has_frames_that_stand_alone(make_log: MakeLog, tmp_path: Path) -> None:
    """So that a part can be read without what comes before it."""
    export(make_log(2_500), tmp_path / "a")
    content = (tmp_path / "a").read_bytes()
    frames = 0
    while content:
        unpacker = zstandard.ZstdDecompressor().decompressobj()
        assert unpacker.decompress(content).endswith(b"\n")
        content = unpacker.unused_data
        frames += 1
    assert frames == 5  # header, three of up to 1,000 facts, trailer


def test_parts_are_imported_one_after_the_other(make_log: MakeLog, tmp_path: Path) -> None:
    """Each builds on the one before; out of order nothing happens."""
    log, copy = make_log(30), make_log(0)
    export(log, tmp_path / "1", to=10)
    export(log, tmp_path / "2", after=10)
    with pytest.raises(CannotImport, match="import what comes before first"):
        import_events(tmp_path / "2", copy)
    assert copy.head() == 0
    import_events(tmp_path / "1", copy)
    import_events(tmp_path / "2", copy)
    assert copy.stored(0) == log.stored(0)


def test_a_part_behind_other_facts_is_refused(make_log: MakeLog, tmp_path: Path) -> None:
    """Its chain builds on what it was behind of."""
    export(make_log(30), tmp_path / "2", after=10)
    with pytest.raises(CannotImport, match="differs from the file's at or before position 10"):
        import_events(tmp_path / "2", make_log(10))


def test_one_trial_is_for_reading_only(make_log: MakeLog, tmp_path: Path) -> None:
    """Its file has its facts and no others, and is no log."""
    log = make_log(20)
    trailer = export(log, tmp_path / "t1", stream="trial-t1")
    assert trailer.count == len(log.read(0, stream="trial-t1"))
    assert examine(tmp_path / "t1")[1] == trailer
    with pytest.raises(CannotImport, match="only whole logs"):
        import_events(tmp_path / "t1", make_log(0))


def test_an_import_that_was_ended_goes_on(make_log: MakeLog, tmp_path: Path) -> None:
    """Wherever it was ended, what is there is compared and the rest appended."""
    log = make_log(1_700)
    export(log, tmp_path / "a")
    for stop_at in (0, 1, 2):
        copy = make_log(0)
        left = [stop_at]

        def restore(
            batch: Sequence[StoredEvent], copy: SqliteEventLog = copy, left: list[int] = left
        ) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            SqliteEventLog.restore(copy, batch)

        copy.restore = restore  # type: ignore[method-assign]  # Ctrl-C between two steps
        with pytest.raises(KeyboardInterrupt):
            import_events(tmp_path / "a", copy)
        there = copy.head()
        assert there == 500 * stop_at
        del copy.restore
        done = import_events(tmp_path / "a", copy)
        assert (done.there, done.added) == (there, 1_700 - there)
        assert copy.stored(1_500) == log.stored(1_500)


def test_a_log_that_went_another_way_is_left_alone(make_log: MakeLog, tmp_path: Path) -> None:
    """The first position that differs is named, and nothing is appended."""
    log, copy = make_log(600), make_log(0)
    export(log, tmp_path / "short", to=550)
    export(log, tmp_path / "a")
    import_events(tmp_path / "short", copy)
    copy.append(550, envelopes([proposed(999)]))
    with pytest.raises(CannotImport, match="something else at position 551") as caught:
        import_events(tmp_path / "a", copy)
    assert caught.value.position == 551
    assert copy.head() == 551


def test_a_longer_log_has_it_all(make_log: MakeLog, tmp_path: Path) -> None:
    """Importing what is there already changes nothing."""
    log = make_log(20)
    export(log, tmp_path / "a", to=12)
    done = import_events(tmp_path / "a", log)
    assert (done.there, done.added, log.head()) == (12, 0, 20)


def test_another_writer_is_noticed(make_log: MakeLog, tmp_path: Path) -> None:
    """A supervisor that appends meanwhile ends the import, which says what to do."""
    copy = make_log(0)
    export(make_log(20), tmp_path / "a")

    def restore(batch: Sequence[StoredEvent]) -> None:
        raise Conflict(batch[0].position - 1, 3)

    copy.restore = restore  # type: ignore[method-assign]  # a supervisor was faster
    with pytest.raises(CannotImport, match="stop its supervisor"):
        import_events(tmp_path / "a", copy)


def test_a_cut_file_is_refused_wherever_it_was_cut(make_log: MakeLog, tmp_path: Path) -> None:
    """Its end is missing, and nothing of it is imported."""
    copy = make_log(0)
    export(make_log(1_200), tmp_path / "a")
    whole = (tmp_path / "a").read_bytes()
    for size in (0, 3, 100, len(whole) // 2, len(whole) - 200, len(whole) - 9):
        (tmp_path / "cut").write_bytes(whole[:size])
        with pytest.raises(DamagedFile, match=str(tmp_path / "cut")):
            import_events(tmp_path / "cut", copy)
    assert copy.head() == 0


def test_a_changed_byte_is_found_anywhere(make_log: MakeLog, tmp_path: Path) -> None:
    """Each frame has a checksum, and what is in it has a chain."""
    export(make_log(40), tmp_path / "a")
    whole = (tmp_path / "a").read_bytes()
    for place in range(0, len(whole), 41):
        changed = bytearray(whole)
        changed[place] ^= 0x20
        (tmp_path / "changed").write_bytes(changed)
        with pytest.raises(DamagedFile):
            examine(tmp_path / "changed")


@pytest.mark.parametrize(
    ("change", "behind", "problem"),
    [
        (lambda text: [*text[:5], *text[6:]], 4, "leaves a gap"),
        (lambda text: [*text[:5], text[4], *text[5:]], 4, "a double"),
        (lambda text: [*text[:5], text[6], text[5], *text[7:]], 4, "leaves a gap"),
        (lambda text: [*text[:5], text[5].replace(b"0.0", b"1.0"), *text[6:]], 4, "chain"),
        (lambda text: text[:-1], 20, "its end is missing"),
        (lambda text: [*text[:-2], text[-1]], 19, "its end tells of 20 facts"),
        (lambda text: [*text, text[-1]], 20, "behind its end"),
        (lambda text: [*text[:9], text[0], *text[9:]], 8, "another file begins"),
        (lambda text: [*text[:9], b"hello\n", *text[9:]], 8, "cannot be read"),
        (lambda text: text[1:], 0, "does not begin"),
        (lambda text: [text[0].replace(b'"to":20', b'"to":30'), *text[1:]], 20, "up to"),
        (
            lambda text: [*text[:3], text[3].replace(b"trial-t", b"trial-u", 1), *text[4:]],
            2,
            "is listed under the stream trial-u",
        ),
        (lambda text: [*text[:3], _with(text[3], "id", "other"), *text[4:]], 2, "event id other"),
        (lambda text: [*text[:6], _with(text[6], "version", 9), *text[7:]], 5, "said to be fact 9"),
        (lambda text: [*text[:-1], _with(text[-1], "chain", "00" * 32)], 20, "another hash"),
        (lambda text: [*text[:-1], _with(text[-1], "chain", None)], 20, "another hash"),
        (lambda text: [_with(text[0], "chain", "zz"), *text[1:]], 0, "does not begin"),
        (lambda text: [*text[:-1], _with(text[-1], "sha256", "00")], 20, "not those"),
    ],
)
def test_changed_lines_are_found_and_named(
    make_log: MakeLog,
    tmp_path: Path,
    change: Callable[[list[bytes]], list[bytes]],
    behind: int,
    problem: str,
) -> None:
    """Also by somebody who packs them again."""
    export(make_log(20), tmp_path / "a")
    pack(tmp_path / "changed", change(lines(tmp_path / "a")))
    with pytest.raises(DamagedFile, match=problem) as caught:
        examine(tmp_path / "changed")
    assert caught.value.position == behind


def test_a_damaged_log_is_not_exported(make_log: MakeLog, tmp_path: Path) -> None:
    """A hole, a changed body, a wrong name or number: no log would take such a file in."""
    for number, (statement, behind) in enumerate(
        [
            ("DELETE FROM events WHERE position = 7", 6),
            ("UPDATE events SET body = replace(body, 'test', 'tesr') WHERE position = 9", 8),
            ("UPDATE events SET event_id = 'other' WHERE position = 5", 4),
            ("UPDATE events SET stream = 'trial-t9' WHERE position = 5", 4),
            ("UPDATE events SET version = version + 1 WHERE position = 12", 11),
        ],
        start=1,
    ):
        log = make_log(20)
        with closing(sqlite3.connect(tmp_path / f"log-{number}.db")) as database, database:
            database.execute(statement)
        with pytest.raises(BrokenLog) as caught:
            export(log, tmp_path / "a")
        assert caught.value.position == behind


def test_a_log_from_before_the_chain_is_carried_as_it_is(make_log: MakeLog, tmp_path: Path) -> None:
    """Facts without version and chain stay without; those behind them have both."""
    old, copy = make_log(20), make_log(0)
    with closing(sqlite3.connect(tmp_path / "log-1.db")) as database, database:
        database.execute("DELETE FROM events WHERE position > 6")
        database.execute("UPDATE events SET version = NULL, chain = NULL")
    with closing(SqliteEventLog(tmp_path / "log-1.db")) as log:
        log.append(6, envelopes([proposed(100), proposed(101)]))
        export(log, tmp_path / "a")
        import_events(tmp_path / "a", copy)
        assert [each.chain is None for each in copy.stored(0)] == [True] * 6 + [False] * 2
        assert copy.stored(0) == log.stored(0)
    old.close()


def _with(line: bytes, name: str, value: object) -> bytes:
    """A line that says something else under a name."""
    return json.dumps({**json.loads(line), name: value}, separators=(",", ":")).encode() + b"\n"
