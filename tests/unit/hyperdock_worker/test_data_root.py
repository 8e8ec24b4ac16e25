"""Which folders a trial's data may be."""

from pathlib import Path, PurePosixPath

import pytest

from hyperdock_common.errors import CannotStart
from hyperdock_worker.data_root import DataRoots

NAMED = DataRoots(named={"imagenet": PurePosixPath("/mnt/i"), "s": PurePosixPath("/srv/s")})


@pytest.mark.parametrize(
    ("data", "root", "found"),
    [
        (None, None, None),
        (None, "/data", None),
        ("/rows", None, "/rows"),
        ("rows/2024", "/data", "/data/rows/2024"),
        ("/data/rows", "/data", "/data/rows"),
        ("/data//rows/.", "/data/", "/data/rows"),
        ("/data", "/data", "/data"),
        ("/etc", "/", "/etc"),
    ],
)
def test_data_lie_below_the_root(data: str | None, root: str | None, found: str | None) -> None:
    """Relative data lie below it, absolute ones must."""
    assert DataRoots(plain=PurePosixPath(root) if root else None).folder(data) == found


@pytest.mark.parametrize(
    ("data", "root", "told"),
    [
        ("rows", None, "no data root"),
        ("/etc", "/data", "not below"),
        ("//etc", "/data", "not below"),
        ("/data-2", "/data", "not below"),
        ("../etc", "/data", r'contains "\.\."'),
        ("/data/../etc", "/data", r'contains "\.\."'),
        ("/data/../etc", None, r'contains "\.\."'),
    ],
)
def test_other_data_are_refused(data: str, root: str | None, told: str) -> None:
    """The message names the data and what is wrong with them."""
    with pytest.raises(CannotStart, match=told) as caught:
        DataRoots(plain=PurePosixPath(root) if root else None).folder(data)
    assert caught.value.reason == "cannot_start"
    assert data in caught.value.message


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("imagenet", "/mnt/i"),
        ("imagenet/", "/mnt/i"),
        ("imagenet/train/./a", "/mnt/i/train/a"),
        ("s/imagenet", "/srv/s/imagenet"),
    ],
)
def test_data_begin_with_the_name_of_a_root(data: str, found: str) -> None:
    """The rest is a folder below it."""
    assert NAMED.folder(data) == found


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("other/train", 'the data root "other"; this worker has: imagenet, s'),
        ("Imagenet", 'the data root "Imagenet"'),
        ("imagenet-2", 'the data root "imagenet-2"'),
        ("/mnt/i", "by name only; begin with one of: imagenet, s"),
        ("//mnt/i", "by name only"),
        ("imagenet/../s", 'contains ".."'),
        ("imagenet/..", 'contains ".."'),
    ],
)
def test_with_names_nothing_else_is_opened(data: str, told: str) -> None:
    """Neither other names nor paths; the message says which names there are."""
    with pytest.raises(CannotStart) as caught:
        NAMED.folder(data)
    assert told in caught.value.message


def test_names_and_one_plain_root_go_together() -> None:
    """What begins with no name lies in the plain root; a name wins over a folder of that name."""
    both = DataRoots(plain=PurePosixPath("/data"), named=NAMED.named)
    assert both.folder("imagenet/a") == "/mnt/i/a"
    assert both.folder("rows/a") == "/data/rows/a"
    assert both.folder("/data/imagenet") == "/data/imagenet"
    with pytest.raises(CannotStart, match="not below"):
        both.folder("/mnt/i")


def test_links_lead_no_further_than_the_root(tmp_path: Path) -> None:
    """Inside they are followed, and the root itself may be one; out of it they are refused."""
    real = tmp_path / "real"
    (real / "rows").mkdir(parents=True)
    (real / "inside").symlink_to("rows")
    (real / "out").symlink_to(tmp_path)
    (real / "loop").symlink_to("loop")
    root = tmp_path / "root"
    root.symlink_to(real)
    roots = DataRoots(named={"r": root})
    assert roots.folder("r/inside") == str(root / "inside")
    for data in ("r/out", "r/out/other", "r/inside/../out"):
        with pytest.raises(CannotStart, match=r"out of|\.\."):
            roots.folder(data)
    with pytest.raises(CannotStart, match="out of this worker's data root"):
        DataRoots(plain=root).folder(str(root / "out" / "x"))
