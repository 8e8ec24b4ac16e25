"""Whatever was done to a log is found, named, and told once, where it begins."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import pytest
from tests.unit.hyperdock_common.verifying.stored_facts import (
    chain_anew,
    copy,
    edit,
    fill,
    kinds,
    loosen,
    opened,
    renumber,
    swap,
    swap_bodies,
    verified,
)

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.ports import ArchiveMark
from hyperdock_common.testing.builders import envelopes, proposed
from hyperdock_common.verifying import Witness, verify

Damage: TypeAlias = Callable[[sqlite3.Connection], object]

SIZE = 200


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that nothing was done to."""
    path = tmp_path_factory.mktemp("whole") / "log.db"
    fill(path, SIZE)
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    """The same in a file of this test's own."""
    return Path(shutil.copy(whole, tmp_path / "log.db"))


def sets(column: str, value: object, position: int) -> Damage:
    """Changes what the store has beside a fact."""
    return lambda file: file.execute(
        f"UPDATE events SET {column} = ? WHERE position = ?",  # noqa: S608 - a name of ours
        (value, position),
    )


def _without(file: sqlite3.Connection, position: int, count: int = 1) -> None:
    file.execute(
        "DELETE FROM events WHERE position >= ? AND position < ?", (position, position + count)
    )


def _closed_up(file: sqlite3.Connection, position: int, count: int = 1) -> None:
    _without(file, position, count)
    renumber(file, position, -count)


def _put_in(file: sqlite3.Connection, position: int, to: int) -> None:
    renumber(file, to - 1, 1)
    copy(file, position, to)


def _copied_with_another_column(file: sqlite3.Connection) -> None:
    copy(file, 30, SIZE + 1)
    sets("event_id", "another", SIZE + 1)(file)


def _copied_with_another_id(file: sqlite3.Connection) -> None:
    copy(file, 30, SIZE + 1)
    (event_id,) = file.execute("SELECT event_id FROM events WHERE position = 30").fetchone()
    edit(file, SIZE + 1, event_id, "another")
    sets("event_id", "another", SIZE + 1)(file)


def _forged(file: sqlite3.Connection) -> None:
    edit(file, 70, '"producer":"test"', '"producer":"tess"')
    chain_anew(file, 70, 70)


def _renamed(file: sqlite3.Connection) -> None:
    edit(file, 70, '"type":"', '"type":"un')
    chain_anew(file, 70, SIZE)


def _foreign(file: sqlite3.Connection) -> None:
    (stream,) = file.execute("SELECT stream FROM events WHERE position = 70").fetchone()
    edit(file, 70, f'"stream":"{stream}"', '"stream":"trial-zz"')
    sets("stream", "trial-zz", 70)(file)
    sets("version", 1, 70)(file)
    file.execute(
        "UPDATE events SET version = version - 1 WHERE position > 70 AND stream = ?", (stream,)
    )
    chain_anew(file, 70, SIZE)


DAMAGES: list[tuple[str, Damage, list[tuple[int, str]]]] = [
    (
        "a byte that leaves it readable",
        lambda file: edit(file, 70, '"producer":"test"', '"producer":"tess"'),
        [(70, "changed")],
    ),
    (
        "a byte that makes it unreadable",
        lambda file: edit(file, 70, '"producer":', '"producer";'),
        [(70, "unreadable")],
    ),
    (
        "a byte of its type",
        lambda file: edit(file, 70, '"type":"', '"type":"x'),
        [(70, "unreadable")],
    ),
    ("a body that is no text", sets("body", b"\xff\xfe\x00", 70), [(70, "unreadable")]),
    ("an empty body", sets("body", b"", 70), [(70, "unreadable")]),
    ("the first one changed", sets("recorded_at", 1.5, 1), [(1, "changed")]),
    ("the last one changed", sets("recorded_at", 1.5, SIZE), [(SIZE, "changed")]),
    ("one missing", lambda file: _without(file, 70), [(70, "missing")]),
    ("the first one missing", lambda file: _without(file, 1), [(1, "missing")]),
    ("several missing", lambda file: _without(file, 70, 12), [(70, "missing")]),
    ("one missing, renumbered", lambda file: _closed_up(file, 70), [(70, "removed")]),
    ("several missing, renumbered", lambda file: _closed_up(file, 70, 9), [(70, "removed")]),
    ("the first missing, renumbered", lambda file: _closed_up(file, 1), [(1, "removed")]),
    ("doubled at the end", lambda file: copy(file, 30, SIZE + 1), [(SIZE + 1, "doubled")]),
    ("doubled in between", lambda file: _put_in(file, 30, 71), [(71, "doubled")]),
    ("doubled under another listed id", _copied_with_another_column, [(SIZE + 1, "doubled")]),
    ("doubled with another id", _copied_with_another_id, [(SIZE + 1, "inserted")]),
    ("two swapped", lambda file: swap(file, 70, 120), [(70, "swapped")]),
    ("neighbours swapped", lambda file: swap(file, 70, 71), [(70, "swapped")]),
    ("swapped with the last", lambda file: swap(file, 70, SIZE), [(70, "swapped")]),
    ("bodies swapped", lambda file: swap_bodies(file, 70, 120), [(70, "swapped")]),
    ("neighbours' bodies swapped", lambda file: swap_bodies(file, 70, 71), [(70, "swapped")]),
    ("another listed id", sets("event_id", "another", 70), [(70, "id_changed")]),
    ("another listed stream", sets("stream", "trial-zz", 70), [(70, "stream_changed")]),
    ("another time", sets("recorded_at", 1.5, 70), [(70, "changed")]),
    ("a time that is none", sets("recorded_at", "soon", 70), [(70, "changed")]),
    ("another hash", sets("chain", bytes(32), 70), [(70, "hash_changed")]),
    ("a short hash", sets("chain", "no hash", 70), [(70, "hash_changed")]),
    ("no hash", sets("chain", None, 70), [(70, "hash_missing")]),
    ("another number", sets("version", 99, 70), [(70, "version")]),
    ("a number that is none", sets("version", "many", 70), [(70, "version")]),
    ("no number", sets("version", None, 70), [(70, "version")]),
    ("changed with its own hash", _forged, [(71, "changed")]),
    ("of a later release", _renamed, [(70, "unknown_type")]),
    ("in a stream that is not its own", _foreign, [(70, "stream_foreign")]),
]


@pytest.mark.parametrize(
    ("damage", "found"), [each[1:] for each in DAMAGES], ids=[each[0] for each in DAMAGES]
)
def test_damage_is_found_and_named(
    path: Path, damage: Damage, found: list[tuple[int, str]]
) -> None:
    """Once, at its first position, and nothing behind it is held for wrong."""
    with opened(path) as file:
        loosen(file)
        damage(file)
    verification = verified(path)
    assert kinds(verification) == found
    expected = None if found[0][1] == "unknown_type" else found[0][0]
    assert verification.first_break == expected
    assert verification.is_intact == (expected is None)


def test_whole_log_has_no_findings(tmp_path: Path) -> None:
    """Two thousand random facts in commits of any size verify, and are counted."""
    fill(tmp_path / "log.db", 2000, seed=7)
    verification = verified(tmp_path / "log.db")
    assert kinds(verification) == []
    assert (verification.events, verification.head, verification.streams) == (2000, 2000, 10)
    assert verification.is_intact
    assert verification.anchor is not None


def test_each_of_several_damages_is_found(path: Path) -> None:
    """One break hides no other."""
    with opened(path) as file:
        loosen(file)
        edit(file, 20, '"producer":"test"', '"producer":"tess"')
        sets("event_id", "another", 40)(file)
        _without(file, 60, 2)
        sets("chain", bytes(32), 90)(file)
        swap(file, 110, 150)
        edit(file, 180, '"producer":', '"producer";')
    assert kinds(verified(path)) == [
        (20, "changed"),
        (40, "id_changed"),
        (60, "missing"),
        (90, "hash_changed"),
        (110, "swapped"),
        (180, "unreadable"),
    ]


def test_missing_facts_are_told_as_a_range(path: Path) -> None:
    """From the first to the last of them."""
    with opened(path) as file:
        _without(file, 70, 12)
    (finding,) = verified(path).findings
    assert finding.where == "positions 70 to 81"
    assert "lost" in str(finding)


def test_position_that_comes_again_is_found(path: Path) -> None:
    """Readers would see one of the two, or both."""
    with opened(path) as file:
        copy(file, 70, 70)
    assert kinds(verified(path)) == [(70, "repeated_position")]


@pytest.mark.parametrize("with_hash", [True, False])
def test_cut_tail_is_found_by_whoever_saw_it(path: Path, *, with_hash: bool) -> None:
    """A log cannot tell by itself that its end is missing; a view's position or a note can."""
    anchor = verified(path).anchor
    assert anchor is not None
    witness = Witness.noted(anchor) if with_hash else Witness(name="a view", position=SIZE)
    with opened(path) as file:
        _without(file, SIZE - 4, 5)
    assert kinds(verified(path)) == []
    seen = Witness(name="the view trials", position=SIZE - 2)
    verification = verified(path, witness, seen)
    assert kinds(verification) == [(SIZE - 4, "cut")]
    assert verification.findings[0].where == f"positions {SIZE - 4} to {SIZE}"
    assert "the view trials" in verification.findings[0].what


def test_lost_log_is_found(path: Path) -> None:
    """A store that came back empty is a log that was cut at its beginning."""
    with opened(path) as file:
        _without(file, 1, SIZE)
    verification = verified(path, Witness(name="the view jobs", position=SIZE))
    assert kinds(verification) == [(1, "cut")]
    assert verification.anchor is None


def test_rewritten_log_is_found_by_an_anchor(path: Path) -> None:
    """A change with the whole chain made anew shows where a hash was noted before."""
    anchor = verified(path).anchor
    assert anchor is not None
    with opened(path) as file:
        edit(file, 70, '"producer":"test"', '"producer":"tess"')
        chain_anew(file, 70, SIZE)
    assert kinds(verified(path)) == []
    assert kinds(verified(path, Witness.noted(anchor))) == [(SIZE, "rewritten")]


def test_anchor_stays_true_while_the_log_grows(path: Path) -> None:
    """What was noted once is looked at where it was noted."""
    anchor = verified(path).anchor
    assert anchor is not None
    with closing(SqliteEventLog(path)) as log:
        log.append(SIZE, envelopes([proposed(1), proposed(2)]))
    assert kinds(verified(path, Witness.noted(anchor))) == []


@pytest.mark.parametrize("text", ["", "12", "x:00", f"0:{'0' * 64}", "7:00", f"7:{'g' * 64}"])
def test_what_is_no_anchor_is_refused(text: str) -> None:
    """It is told what one looks like."""
    with pytest.raises(ValueError, match="POSITION:HASH"):
        Witness.noted(text)


def test_facts_from_before_the_chain_are_counted(path: Path) -> None:
    """They are read and their order is checked, but nothing vouches for what they say."""
    with opened(path) as file:
        file.execute("UPDATE events SET chain = NULL, version = NULL")
    with closing(SqliteEventLog(path)) as log:
        log.append(SIZE, envelopes([proposed(1, trial_id="t1"), proposed(1, trial_id="new")]))
    verification = verified(path)
    assert kinds(verification) == []
    assert (verification.unchained, verification.events) == (SIZE, SIZE + 2)
    with opened(path) as file:
        sets("event_id", "another", 70)(file)
        edit(file, 90, '"producer":', '"producer";')
        _without(file, 120)
        edit(file, SIZE + 1, '"producer":"test"', '"producer":"tess"')
    assert kinds(verified(path)) == [
        (70, "id_changed"),
        (90, "unreadable"),
        (120, "missing"),
        (SIZE + 1, "changed"),
    ]


def test_rest_of_an_archived_log_verifies(path: Path) -> None:
    """It builds on the archive's mark; who saw what is in the archive is not asked."""
    with closing(SqliteEventLog(path)) as log:
        chains = {each.position: each.chain for each in log.stored(0)}
        log.forget(ArchiveMark(position=80, chain=chains[80], archive_id="a1"))
        log.append(SIZE, envelopes([proposed(1, trial_id="t1"), proposed(1, trial_id="new")]))
    early, at_mark = (
        Witness(name=f"note {position}", position=position, chain=chains[position])
        for position in (79, 80)
    )
    verification = verified(path, early, at_mark)
    assert kinds(verification) == []
    assert (verification.events, verification.unseen) == (SIZE - 80 + 2, ("note 79",))
    wrong = Witness(name="a note", position=80, chain=bytes(32))
    assert kinds(verified(path, wrong)) == [(80, "rewritten")]
    with opened(path) as file:
        edit(file, 81, '"producer":"test"', '"producer":"tess"')
        _without(file, 150)
    assert kinds(verified(path)) == [(81, "changed"), (150, "missing")]


def test_many_findings_are_counted(tmp_path: Path) -> None:
    """Of a log that is broken all over the first ones are kept."""
    fill(tmp_path / "log.db", 1200)
    with opened(tmp_path / "log.db") as file:
        file.execute("UPDATE events SET event_id = position")
    verification = verified(tmp_path / "log.db")
    assert (len(verification.findings), verification.unlisted) == (1000, 200)
    assert not verification.is_intact


def test_all_is_said_to_programs_too(path: Path) -> None:
    """With names that stay."""
    with opened(path) as file:
        sets("version", 99, 70)(file)
    said = verified(path).as_json()
    assert (said["intact"], said["head"], said["first_break"]) == (False, SIZE, 70)
    assert said["findings"] == [
        {
            "position": 70,
            "last": 70,
            "kind": "version",
            "what": verified(path).findings[0].what,
        }
    ]


def test_progress_is_told(path: Path) -> None:
    """Of every fact, and up to where."""
    told: list[tuple[str, int, int]] = []
    with closing(SqliteEventLog(path)) as log:
        verify(log, progress=lambda *each: told.append(each))
    assert (told[0], told[-1]) == (("facts", 1, SIZE), ("facts", SIZE, SIZE))
