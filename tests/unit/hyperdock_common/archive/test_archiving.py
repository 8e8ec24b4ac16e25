"""A prefix of a log is moved into files, wherever that is ended, and read from there as before."""

import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.archive import (
    Archive,
    ArchiveBusy,
    ArchivedEventLog,
    Archiving,
    Manifest,
    UnusableArchive,
    archive_prefix,
    index,
    last_before,
    read_manifest,
    reading,
)
from hyperdock_common.archive import archiving as steps
from hyperdock_common.errors import AlreadyRecorded, Archived, Conflict, StorageUnavailable
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.history import history
from hyperdock_common.testing.builders import envelopes, proposed
from hyperdock_common.transfer import BrokenLog, examine

MakeLog: TypeAlias = Callable[[int], SqliteEventLog]
KILLED_AT = """
import os, signal, sys, time, uuid
from pathlib import Path
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.archive import Archiving, archive_prefix

path, folder, to, die_at = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
renames = 0

def audit(event, arguments):
    global renames
    if event == "os.rename":
        renames += 1
        if renames == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(audit)
how = Archiving(folder=folder, new_id=lambda: "a1", clock=lambda: 0.0, release="t",
                segment_events=40)
archive_prefix(SqliteEventLog(path), to, how)
"""


def archive(log: SqliteEventLog, folder: Path, to: int, segment_events: int = 40) -> Manifest:
    """Archives with small segments."""
    how = Archiving(
        folder=folder,
        new_id=lambda: f"archive-{folder.name}",
        clock=lambda: 0.0,
        release="test",
        segment_events=segment_events,
    )
    return archive_prefix(log, to, how)


def test_the_whole_log_is_read_over_both(make_log: MakeLog, tmp_path: Path) -> None:
    """By position, stream, id and in full; nobody sees where it was cut."""
    whole = make_log(200)
    before = whole.stored(0)
    read, stream = whole.read(0), whole.read(0, stream="trial-t2")
    ids = [each.envelope.event_id for each in read]
    manifest = archive(whole, tmp_path / "archive", 130)
    assert [each.last for each in manifest.segments] == [40, 80, 120, 130]
    with pytest.raises(Archived):
        whole.read(0)
    log = ArchivedEventLog(whole, tmp_path / "archive")
    log.check()
    assert log.stored(0) == before
    assert [log.stored(after, 7) for after in range(120, 140)] == [
        before[after : after + 7] for after in range(120, 140)
    ]
    assert log.read(0) == read
    assert log.read(0, stream="trial-t2") == stream
    assert log.read(77, 9, stream="trial-t2") == [e for e in stream if e.position > 77][:9]
    assert log.known([*ids, "other"]) == set(ids)
    assert [log.find(each) for each in ids] == list(read)
    assert log.find("other") is None
    assert log.head() == 200


def test_an_archived_event_is_never_appended_again(make_log: MakeLog, tmp_path: Path) -> None:
    """The store has forgotten its id; the archive has not."""
    store = make_log(50)
    old = store.read(0)[3].envelope
    archive(store, tmp_path / "archive", 30)
    log = ArchivedEventLog(store, tmp_path / "archive")
    with pytest.raises(AlreadyRecorded):
        log.append(50, [*envelopes([proposed(99)]), old])
    with pytest.raises(Conflict):
        log.append(30, [old])
    assert log.head() == 50


def test_an_event_that_is_being_archived_is_not_appended_again(
    make_log: MakeLog, tmp_path: Path
) -> None:
    """It moves when its id was looked for already, and before anything is appended."""
    old = make_log(50).read(0)[3].envelope

    class Moving(SqliteEventLog):
        def append(self, expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
            archive(self, tmp_path / "archive", 30)
            return super().append(expected, batch)

    with closing(Moving(tmp_path / "log-1.db")) as store:
        log = ArchivedEventLog(store, tmp_path / "archive")
        with pytest.raises(AlreadyRecorded):
            log.append(50, [old])
        log.append(50, envelopes([proposed(99)]))
        assert store.archived() is not None
        with pytest.raises(AlreadyRecorded):
            log.append(51, [old])
        log.close()


def test_further_prefixes_are_added(make_log: MakeLog, tmp_path: Path) -> None:
    """The same archive grows; what is there already is not written again."""
    log = make_log(200)
    before = log.stored(0)
    first = archive(log, tmp_path / "a", 50)
    second = archive(log, tmp_path / "a", 199)
    assert second.segments[: len(first.segments)] == first.segments
    assert archive(log, tmp_path / "a", 120) == second
    assert ArchivedEventLog(log, tmp_path / "a").stored(0) == before
    kept = {each.name for each in second.segments} | {"lock", "manifest.json"}
    assert {each.name for each in (tmp_path / "a").iterdir()} - kept == {
        "index-000000000199.sqlite"
    }


def test_segments_are_files_of_events(make_log: MakeLog, tmp_path: Path) -> None:
    """Whatever reads an export reads them, each by itself."""
    manifest = archive(make_log(100), tmp_path / "a", 90)
    for segment in manifest.segments:
        header, trailer = examine(tmp_path / "a" / segment.name)
        assert (header.after + 1, trailer.last, trailer.chain) == (
            segment.first,
            segment.last,
            segment.chain,
        )


def test_an_open_log_follows_the_archive(make_log: MakeLog, tmp_path: Path) -> None:
    """A reader that was there before is not disturbed, whatever is moved under it."""
    store = make_log(100)
    read, ids = store.read(0), [each.envelope.event_id for each in store.read(0)]
    log = ArchivedEventLog(store, tmp_path / "a")
    for to in (10, 55, 99):
        assert log.read(0) == read
        archive(store, tmp_path / "a", to)
        assert log.read(3) == read[3:]
        assert log.known(ids) == set(ids)
        assert log.find(ids[4]) == read[4]


def test_readers_beside_the_archiver_see_a_whole_log(make_log: MakeLog, tmp_path: Path) -> None:
    """By every way there is to read, while the prefix is moved away under them bit by bit."""
    store = make_log(300)
    whole = list(range(1, 301))
    stream = [each.position for each in store.read(0, stream="trial-t1")]
    other = ArchivedEventLog(store, tmp_path / "a")

    def move() -> None:
        for to in range(20, 300, 20):
            archive(store, tmp_path / "a", to)

    with ThreadPoolExecutor(1) as threads:
        moving = threads.submit(move)
        looks = 0
        while not moving.done() or not looks:
            for log in (other, ArchivedEventLog(store, tmp_path / "a")):
                assert [each.position for each in history(log)] == whole
                assert [each.position for each in log.stored(0)] == whole
                assert [each.position for each in log.read(0, stream="trial-t1")] == stream
            looks += 1
        moving.result()
    assert store.stored(0)[0].position == 281


def test_the_last_fact_stays(make_log: MakeLog, tmp_path: Path) -> None:
    """A log without it would not know where it is."""
    log = make_log(9)
    with pytest.raises(ValueError, match="the log ends at 9"):
        archive(log, tmp_path / "a", 9)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    "step", ["write_segment", "replace_file", "_index", "write_manifest", "_forget", "clean"]
)
@pytest.mark.parametrize("after", [False, True])
def test_it_goes_on_wherever_it_was_ended(
    make_log: MakeLog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    *,
    after: bool,
) -> None:
    """Before and behind each step: everything is readable at once, and done by the next call."""
    store = make_log(150)
    before = store.stored(0)
    calls, real = count(1), getattr(steps, step)

    def ended(*words: object) -> object:
        last = next(calls) == (2 if step in {"write_segment", "replace_file"} else 1)
        if last and not after:
            raise KeyboardInterrupt
        result = real(*words)
        if last:
            raise KeyboardInterrupt
        return result

    archive(store, tmp_path / "a", 30)
    with monkeypatch.context() as patched:
        patched.setattr(steps, step, ended)
        with pytest.raises(KeyboardInterrupt):
            archive(store, tmp_path / "a", 140)
    assert ArchivedEventLog(store, tmp_path / "a").stored(0) == before
    manifest = archive(store, tmp_path / "a", 140)
    assert manifest.last == 140
    log = ArchivedEventLog(store, tmp_path / "a")
    log.check()
    assert log.stored(0) == before
    assert store.stored(0)[0].position == 141
    assert not list((tmp_path / "a").glob("*.note")) + list((tmp_path / "a").glob("*.part"))


def test_it_goes_on_after_kill_9(make_log: MakeLog, tmp_path: Path) -> None:
    """Killed at every rename of a file there is, one run after the other, nothing is lost."""
    log = make_log(150)
    before = log.stored(0)
    words = [
        sys.executable,
        "-c",
        KILLED_AT,
        str(tmp_path / "log-1.db"),
        str(tmp_path / "a"),
        "140",
    ]
    killed = 0
    for die_at in count(1):
        ended = subprocess.run([*words, str(1 + die_at % 4)], check=False)
        assert ArchivedEventLog(log, tmp_path / "a").stored(0) == before
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
        killed += 1
    assert killed >= 4
    assert log.stored(0)[0].position == 141
    assert ArchivedEventLog(log, tmp_path / "a").stored(0) == before


def test_a_segment_that_spoiled_before_it_was_needed_is_written_again(
    make_log: MakeLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended before the log forgot: what cannot be read now is made again from the log."""
    log = make_log(150)
    before = log.stored(0)
    with monkeypatch.context() as patched:
        patched.setattr(steps, "_forget", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            archive(log, tmp_path / "a", 140)
    spoiled = sorted((tmp_path / "a").glob("*.zst"))[1]
    spoiled.write_bytes(spoiled.read_bytes()[:-20])
    archive(log, tmp_path / "a", 140)
    assert ArchivedEventLog(log, tmp_path / "a").stored(0) == before


def test_what_an_ended_run_left_over_is_removed(
    make_log: MakeLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one may end elsewhere: then its last segment is another one."""
    log = make_log(150)
    with monkeypatch.context() as patched:
        patched.setattr(steps, "_index", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            archive(log, tmp_path / "a", 140)
    assert len(list((tmp_path / "a").glob("*.zst"))) == 4
    manifest = archive(log, tmp_path / "a", 100)
    assert [each.last for each in manifest.segments] == [40, 80, 100]
    left = {each.name for each in (tmp_path / "a").iterdir()}
    assert left == {each.name for each in manifest.segments} | {
        "index-000000000100.sqlite",
        "lock",
        "manifest.json",
    }


def test_two_do_not_archive_at_once(
    make_log: MakeLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is told so."""
    log = make_log(60)

    def meanwhile(*_: object) -> None:
        with pytest.raises(ArchiveBusy):
            archive(log, tmp_path / "a", 50)

    monkeypatch.setattr(steps, "clean", meanwhile)
    archive(log, tmp_path / "a", 50)


@pytest.mark.parametrize("damage", ["DELETE FROM events", "UPDATE events SET event_id = 'other'"])
def test_a_damaged_log_is_not_archived(make_log: MakeLog, tmp_path: Path, damage: str) -> None:
    """Nothing is forgotten of it; the position is named."""
    log = make_log(60)
    with closing(sqlite3.connect(tmp_path / "log-1.db")) as database, database:
        database.execute(f"{damage} WHERE position = 7")
    with pytest.raises(BrokenLog, match="behind position 6"):
        archive(log, tmp_path / "a", 50)
    assert log.archived() is None


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-300]), "is damaged|was cut"),
        (lambda path: _flip(path, 400), "is damaged|was changed"),
    ],
)
def test_a_damaged_file_is_named(
    make_log: MakeLog, tmp_path: Path, damage: Callable[[Path], object], told: str
) -> None:
    """Whoever reads what was in it is told the file; the rest is read as before."""
    store = make_log(100)
    before = store.stored(0)
    second = archive(store, tmp_path / "a", 90).segments[1]
    damage(tmp_path / "a" / second.name)
    log = ArchivedEventLog(store, tmp_path / "a")
    log.check()
    assert log.stored(0, 40) == before[:40]
    assert log.stored(80) == before[80:]
    with pytest.raises(UnusableArchive, match=f"{second.name} ({told})"):
        log.stored(40, 40)
    whole = Archive(tmp_path / "a", _manifest(tmp_path / "a"))
    with pytest.raises(UnusableArchive, match=second.name):
        list(whole.facts())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[", "[["), "is no manifest"),
        (('"first": 41', '"first": 42'), "has a gap or a double"),
        (("hyperdock-archive", "other"), "is of format other"),
        (('"format_version": 1', '"format_version": 2'), "is of format"),
        (('"chain_before": "', '"chain_before": "00'), "do not belong together"),
        (("000000000041-", "../000000000041-"), "outside of its folder"),
        (("archive-a", "archive-b"), "is another archive"),
    ],
)
def test_a_wrong_manifest_is_named(
    make_log: MakeLog, tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    """Nothing is read by a manifest that cannot be right."""
    store = make_log(100)
    archive(store, tmp_path / "a", 90)
    path = tmp_path / "a" / "manifest.json"
    assert change[0] in path.read_text()
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(UnusableArchive, match=told):
        ArchivedEventLog(store, tmp_path / "a").check()


def test_the_archive_of_another_log_is_refused(make_log: MakeLog, tmp_path: Path) -> None:
    """Also by a log of which nothing was archived yet."""
    archive(make_log(50), tmp_path / "a", 40)
    other = make_log(50)
    with pytest.raises(UnusableArchive, match="is of another log"):
        ArchivedEventLog(other, tmp_path / "a").check()
    with pytest.raises(UnusableArchive, match="is of another log"):
        archive(other, tmp_path / "a", 45)
    archive(other, tmp_path / "b", 45)
    with pytest.raises(UnusableArchive, match="is another archive"):
        ArchivedEventLog(other, tmp_path / "a").check()


def test_a_missing_archive_is_told(make_log: MakeLog, tmp_path: Path) -> None:
    """A log without its beginning is not taken for a whole one."""
    store = make_log(50)
    archive(store, tmp_path / "a", 40)
    with pytest.raises(Archived, match=r"positions 1 to 40 .* name it with --archive"):
        ArchivedEventLog(store, None).check()
    with pytest.raises(UnusableArchive, match="holds no archive"):
        ArchivedEventLog(store, tmp_path / "elsewhere").check()
    with pytest.raises(UnusableArchive, match="holds no archive"):
        archive(store, tmp_path / "elsewhere", 45)


def test_an_archive_that_goes_away_is_waited_for(make_log: MakeLog, tmp_path: Path) -> None:
    """Without it nobody can tell a new event from an archived one: nothing is recorded."""
    store = make_log(50)
    old = store.read(0)[3].envelope
    archive(store, tmp_path / "a", 40)
    log = ArchivedEventLog(store, tmp_path / "a")
    log.check()
    (tmp_path / "a").rename(tmp_path / "away")
    calls: tuple[Callable[[], object], ...] = (
        lambda: log.append(50, [old]),
        lambda: log.known([old.event_id]),
        lambda: log.find(old.event_id),
        lambda: log.read(0),
        lambda: log.stored(0),
        log.check,
    )
    for call in calls:
        with pytest.raises(StorageUnavailable, match="holds no archive any more"):
            call()
    (tmp_path / "away").rename(tmp_path / "a")
    assert log.known([old.event_id]) == {old.event_id}
    assert log.head() == 50


def test_a_lost_index_is_made_again(make_log: MakeLog, tmp_path: Path) -> None:
    """Also a damaged one, by whoever needs it first."""
    store = make_log(100)
    ids = [each.envelope.event_id for each in store.read(0)]
    stream = store.read(0, stream="trial-t1")
    archive(store, tmp_path / "a", 90)
    index = tmp_path / "a" / "index-000000000090.sqlite"
    for damage in (index.unlink, lambda: index.write_bytes(b"no index")):
        damage()
        log = ArchivedEventLog(store, tmp_path / "a")
        assert log.known(ids) == set(ids)
        assert log.read(0, stream="trial-t1") == stream
        with closing(sqlite3.connect(index)) as database:
            assert database.execute("SELECT count(*) FROM ids").fetchone() == (90,)
    index.unlink()
    archive(store, tmp_path / "a", 95)
    assert ArchivedEventLog(store, tmp_path / "a").known(ids) == set(ids)


def test_a_folder_that_others_write_to_is_enough(
    make_log: MakeLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the index cannot be put beside the segments, one is kept elsewhere."""
    store, folder = make_log(50), tmp_path / "a"
    ids = [each.envelope.event_id for each in store.read(0)]
    archive(store, folder, 40)
    (folder / "index-000000000040.sqlite").unlink()
    real = index.extend_index

    def refused(path: Path, *words: object) -> None:
        if path.parent == folder:
            raise PermissionError(13, "Permission denied", str(path))
        real(path, *words)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(reading, "extend_index", refused)
    log = ArchivedEventLog(store, folder)
    assert log.known(ids) == set(ids)
    assert log.find(ids[3]) == log.read(3, 1)[0]
    assert not list(folder.glob("index-*"))


def test_a_disk_that_is_full_is_told(make_log: MakeLog, tmp_path: Path) -> None:
    """No half of an index is left."""
    facts = make_log(3000).stored(0, 3000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, limits[1]))
    try:
        with pytest.raises(StorageUnavailable, match=r"index.sqlite: (disk|database or disk)"):
            index.extend_index(tmp_path / "index.sqlite", Manifest(archive_id="a"), None, facts)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(tmp_path.glob("index*"))


def test_a_moment_is_found_in_the_log(make_log: MakeLog) -> None:
    """The last position before it, at the ends, too."""
    log = make_log(30)
    times = [each.recorded_at for each in log.stored(0)]
    for moment in {*times, times[0] - 1, times[-1] + 1, times[7] + 0.1}:
        assert last_before(log, moment) == sum(each < moment for each in times)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _manifest(folder: Path) -> Manifest:
    manifest = read_manifest(folder)
    assert manifest is not None
    return manifest


def _flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
