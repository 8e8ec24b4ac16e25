"""The archives that carry an attempt's files: whole, and harmless whatever a target planted."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hyperdock_worker.contract import prepare
from hyperdock_worker.docker_engine.archive import Unpackable, measure, pack, unpack

ROOM = 1 << 20


def member(name: str, content: bytes = b"x", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    """An entry of an archive, a plain file unless said otherwise."""
    info = tarfile.TarInfo(name)
    for key, value in fields.items():
        setattr(info, key, value)
    info.size = len(content) if info.isreg() else 0
    return info, content


def folder(name: str, mode: int = 0o755) -> tuple[tarfile.TarInfo, bytes]:
    """An entry for a folder."""
    return member(name, b"", type=tarfile.DIRTYPE, mode=mode)


def link(name: str, leads_to: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    """An entry for a link."""
    return member(name, b"", type=kind, linkname=leads_to)


def archive(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """An archive as the engine sends it."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    size = tarfile.BLOCKSIZE  # Python pads to 20 blocks, the engine does not
    content = written.getvalue()
    return content[: len(content.rstrip(b"\0")) // size * size + size] + bytes(2 * size)


def pieces(content: bytes, size: int = 700) -> Iterator[bytes]:
    """The content as it may come over a connection."""
    return (content[start : start + size] for start in range(0, len(content), size))


def names(path: Path) -> list[str]:
    """Everything below a folder."""
    return sorted(str(each.relative_to(path)) for each in path.rglob("*"))


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """An empty folder, and beside it what nobody may touch."""
    (tmp_path / "precious").write_text("precious")
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    return fresh


def test_what_is_packed_is_unpacked(tmp_path: Path, into: Path) -> None:
    """A prepared folder comes out as it went in; in the container every user may write to it."""
    prepare(tmp_path / "target", {"x": 1})
    packed = pack(tmp_path / "target", "hyperdock")
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        modes = {each.name: (each.mode & 0o777, each.uid) for each in tar}
    assert modes == {
        "hyperdock": (0o777, 0),
        "hyperdock/out": (0o777, 0),
        "hyperdock/params.json": (0o644, 0),
    }
    assert unpack(pieces(packed), into, ROOM)
    assert names(into) == ["out", "params.json"]
    assert (into / "params.json").read_text() == '{"x": 1}'


def test_single_file(into: Path) -> None:
    """An archive of one file gives that file."""
    assert unpack(pieces(archive(member("metrics.jsonl", b"{}"))), into, ROOM)
    assert (into / "metrics.jsonl").read_bytes() == b"{}"


def test_names_that_lead_outside_are_left_out(into: Path) -> None:
    """No file is written anywhere else."""
    planted = archive(
        folder("h"),
        member("h/../../precious", b"gone"),
        member("../precious", b"gone"),
        member("h//tmp/x", b"gone"),
        member("/h/kept", b"gone"),
        member("h/good"),
    )
    assert unpack(pieces(planted), into, ROOM)
    assert (into.parent / "precious").read_text() == "precious"
    assert names(into.parent) == ["fresh", "fresh/good", "precious"]


def test_links_that_lead_outside_are_left_out(into: Path) -> None:
    """Neither symbolic nor hard links lead out, and nothing is written through one."""
    planted = archive(
        folder("h"),
        folder("h/out"),
        member("h/a", b"a"),
        link("h/absolute", "/etc/passwd"),
        link("h/up", "../precious"),
        link("h/out/up", "../../precious"),
        link("h/out/fine", "../a"),
        link("h/hard", "h/a", tarfile.LNKTYPE),
        link("h/hard-up", "h/../../precious", tarfile.LNKTYPE),
        link("h/door", "out"),
        member("h/door/x", b"through"),
        link("h/a", "out"),
    )
    assert unpack(pieces(planted), into, ROOM)
    assert names(into) == ["a", "door", "hard", "out", "out/fine"]
    assert (into / "out" / "fine").read_bytes() == b"a"
    assert (into / "hard").stat().st_ino == (into / "a").stat().st_ino
    assert list((into / "door").iterdir()) == [into / "door" / "fine"]


def test_devices_and_pipes_are_left_out(into: Path) -> None:
    """Only files, folders and links come back."""
    kinds = (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
    planted = archive(folder("h"), *(member(f"h/{n}", type=kind) for n, kind in enumerate(kinds)))
    assert unpack(pieces(planted), into, ROOM)
    assert names(into) == []


def test_everything_can_be_read_and_removed_here(into: Path) -> None:
    """Whatever modes the target chose, and never with its special bits."""
    planted = archive(
        folder("h"), folder("h/d", 0), member("h/d/x", mode=0), member("h/s", mode=0o4777)
    )
    assert unpack(pieces(planted), into, ROOM)
    assert (into / "d").stat().st_mode & 0o7777 == 0o700
    assert (into / "d" / "x").stat().st_mode & 0o7777 == 0o600
    assert (into / "s").stat().st_mode & 0o7777 == 0o755


def test_link_in_place_of_the_folder(into: Path) -> None:
    """A target that put a link where its folder was has left nothing."""
    assert unpack(pieces(archive(link("hyperdock", "/etc"))), into, ROOM)
    assert names(into) == []


def test_too_much_is_cut_just_beyond_the_limit(into: Path) -> None:
    """What is there then is more than the limit: by that one sees it."""
    large = archive(folder("h"), *(member(f"h/{n}", bytes(600)) for n in range(10)))
    assert measure(pieces(large), ROOM) == 6000
    assert measure(pieces(large), 1000) == 1200
    assert not unpack(pieces(large), into, 1000)
    assert sum(each.stat().st_size for each in into.iterdir()) == 1001


@pytest.mark.parametrize("cut", [1, 512, 1024, 1536, 2000, 3072])
def test_archive_that_breaks_off_is_noticed(into: Path, cut: int) -> None:
    """Also where it breaks off between two files, or inside its end."""
    whole = archive(folder("h"), member("h/a", b"a" * 600), member("h/b", b"b"))
    with pytest.raises(Unpackable):
        unpack(pieces(whole[:-cut]), into, ROOM)


def test_no_room(into: Path) -> None:
    """What cannot be written here is told, like what did not arrive."""
    (into / "a").write_text("in the way")
    with pytest.raises(Unpackable, match="written here"):
        unpack(pieces(archive(folder("h"), member("h/a"))), into, ROOM)
