"""What ended runs left in the folder of an archive is removed, and nothing else is."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.archive import Archiving, UnusableArchive, archive_prefix
from hyperdock_common.archive import archiving as steps

MakeLog: TypeAlias = Callable[[int], SqliteEventLog]


def archive(
    log: SqliteEventLog, folder: Path, to: int, ready: Callable[[], object] = lambda: None
) -> None:
    """Archives with small segments."""
    how = Archiving(
        folder=folder,
        new_id=lambda: "a1",
        clock=lambda: 0.0,
        release="test",
        segment_events=40,
        ready=ready,
    )
    archive_prefix(log, to, how)


@pytest.mark.parametrize("content", [None, b"x"])
@pytest.mark.parametrize("to", [30, 90])
def test_segments_of_another_log_stay(
    make_log: MakeLog, tmp_path: Path, to: int, content: bytes | None
) -> None:
    """Where their manifest is lost nobody can tell what they are: the folder is refused."""
    folder = tmp_path / "a"
    archive(make_log(60), folder, 30)
    stray = folder / "000000000001-000000000030.ndjson.zst"
    (folder / "manifest.json").unlink()
    if content is not None:
        stray.write_bytes(content)
    before = stray.read_bytes()
    log = make_log(100)
    with pytest.raises(UnusableArchive, match=r"030.ndjson.zst is not of this log, or is damaged"):
        archive(log, folder, to)
    assert stray.read_bytes() == before
    assert log.archived() is None


def test_a_lost_manifest_is_made_again_while_the_log_has_all(
    make_log: MakeLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Segments of this very log are its own, whoever wrote them."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    log = make_log(100)
    with monkeypatch.context() as patched:
        patched.setattr(steps, "_forget", interrupt)
        with pytest.raises(KeyboardInterrupt):
            archive(log, tmp_path / "a", 90)
    (tmp_path / "a" / "manifest.json").unlink()
    archive(log, tmp_path / "a", 70)
    assert sorted(each.name for each in (tmp_path / "a").glob("*.zst")) == [
        "000000000001-000000000040.ndjson.zst",
        "000000000041-000000000070.ndjson.zst",
    ]


def test_the_archive_is_ready_before_the_log_forgets(make_log: MakeLog, tmp_path: Path) -> None:
    """Whoever is told of it finds it whole, and the log, too; where that fails all stays there."""
    log = make_log(60)

    def fail() -> None:
        assert (tmp_path / "a" / "manifest.json").exists()
        assert log.archived() is None
        raise FileExistsError("archive")

    with pytest.raises(FileExistsError):
        archive(log, tmp_path / "a", 50, ready=fail)
    assert len(log.read(0)) == 60
