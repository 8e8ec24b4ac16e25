"""The folder that a target works in."""

import json
import os
import stat
from pathlib import Path

from hyperdock_worker.contract import folder_size, prepare


def test_the_folder_is_prepared(tmp_path: Path) -> None:
    """The parameters are there, and any user of any image can write beside them."""
    folder = tmp_path / "attempt" / "hyperdock"
    umask = os.umask(0o077)
    try:
        prepare(folder, {"lr": 0.1, "layers": [1, 2]})
    finally:
        os.umask(umask)
    assert json.loads((folder / "params.json").read_text()) == {"lr": 0.1, "layers": [1, 2]}
    assert stat.S_IMODE((folder / "params.json").stat().st_mode) == 0o644
    for each in (folder, folder / "out"):
        assert stat.S_IMODE(each.stat().st_mode) == 0o777


def test_preparing_again_does_no_harm(tmp_path: Path) -> None:
    """A worker that was killed while it prepared a folder may do so again."""
    prepare(tmp_path / "hyperdock", {"a": 1})
    prepare(tmp_path / "hyperdock", {"a": 2})
    assert json.loads((tmp_path / "hyperdock" / "params.json").read_text()) == {"a": 2}
    assert sorted(each.name for each in (tmp_path / "hyperdock").iterdir()) == [
        "out",
        "params.json",
    ]


def test_size_counts_what_lies_on_the_disk(tmp_path: Path) -> None:
    """Files in subfolders count, holes and links and second names do not."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "data").write_bytes(b"x" * 100_000)
    (tmp_path / "second").hardlink_to(tmp_path / "sub" / "data")
    (tmp_path / "link").symlink_to("/usr")
    with (tmp_path / "hole").open("wb") as file:
        file.truncate(1 << 30)
    assert 100_000 <= folder_size(tmp_path) < 110_000


def test_size_stops_counting_beyond_the_limit(tmp_path: Path) -> None:
    """More than the limit is all that anyone wants to know."""
    for index in range(10):
        (tmp_path / str(index)).write_bytes(b"x" * 10_000)
    assert 25_000 < folder_size(tmp_path, limit=25_000) < 60_000


def test_size_of_a_missing_folder_is_nothing(tmp_path: Path) -> None:
    """A folder that is being removed is no error."""
    assert folder_size(tmp_path / "gone") == 0
