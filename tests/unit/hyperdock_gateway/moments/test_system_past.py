"""The past of everything, in scratch files."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.hyperdock_gateway.moments.test_trial_past import LARGE, CountedLog

from hyperdock_gateway.moments.patience import NotTogether, Patience
from hyperdock_gateway.moments.system_past import MOST_FILES, SystemPast


@pytest.fixture(scope="module")
def log() -> CountedLog:
    """Three trials, some thousand events."""
    return CountedLog("t1", "t2", "t3", jobs=400)


@pytest.fixture
def system(log: CountedLog) -> Iterator[SystemPast]:
    """Its past."""
    made = SystemPast(log)
    yield made
    made.close()


def files(system: SystemPast) -> list[Path]:
    """The databases in its folder."""
    scratch = system._scratch
    return [] if scratch is None else sorted(scratch.path.glob("*.sqlite"))


def test_next_moment_reads_only_what_is_between(system: SystemPast, log: CountedLog) -> None:
    """It goes on from a copy of the one before, which stays as it is."""
    first = system.at(2_000, Patience(LARGE))
    before = log.read_events
    second = system.at(2_300, Patience(LARGE))
    assert log.read_events - before == 300
    assert [each.views.position("jobs") for each in (first, second)] == [2_000, 2_300]
    assert system.at(2_000, Patience(LARGE)) is first


def test_moment_that_takes_too_long_is_gone_on_with(system: SystemPast, log: CountedLog) -> None:
    """Each who asks gets further, and says how far."""

    def patience() -> Patience:
        times = iter([0.0, 0.0, 0.0])  # to begin with, for the lock, and before the first batch
        return Patience(1.0, lambda: next(times, 9.0))

    before, done = log.read_events, list[int]()
    for _ in range(4):
        with pytest.raises(NotTogether) as told:
            system.at(4_500, patience())
        done.append(told.value.done)
    assert done == [1_000, 2_000, 3_000, 4_000]
    assert system.at(4_500, patience()).position == 4_500
    assert log.read_events - before == 4_500


def test_files_are_few_and_go_when_nobody_reads_them(system: SystemPast) -> None:
    """Who still reads one that had to make room is not disturbed."""
    held = system.at(100, Patience(LARGE))
    for position in range(200, 1_000, 100):
        system.at(position, Patience(LARGE))
    gc.collect()
    assert len(files(system)) == MOST_FILES + 1
    assert held.views.get("trials", "t1") is not None
    del held
    gc.collect()
    assert len(files(system)) == MOST_FILES


def test_what_a_killed_process_left_is_removed(
    log: CountedLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But nothing that somebody has, may have in a moment, or that is no folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    used = SystemPast(log)
    used.at(50, Patience(LARGE))
    left, young = tmp_path / "hyperdock-moments-left", tmp_path / "hyperdock-moments-young"
    file, other = tmp_path / "hyperdock-moments-file", tmp_path / "other"
    for folder in (left, young, other):
        folder.mkdir()
        (folder / "0.sqlite").touch()
    file.touch()
    (mine,) = {each.parent for each in files(used)}
    for old in (left, file, other, mine):
        os.utime(old, (0, 0))
    system = SystemPast(log)
    system.at(50, Patience(LARGE))
    (new,) = {each.parent for each in files(system)}
    assert set(tmp_path.iterdir()) == {mine, young, file, other, new}
    assert used.at(60, Patience(LARGE)).position == 60
    system.close()
    used.close()
    assert set(tmp_path.iterdir()) == {young, file, other}


def test_all_files_go_in_the_end(log: CountedLog) -> None:
    """Nothing is left in the temporary folder."""
    system = SystemPast(log)
    system.at(50, Patience(LARGE))
    (file,) = files(system)
    system.close()
    assert not file.parent.exists()
