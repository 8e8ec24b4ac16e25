"""Archives that are made while they are sent: complete, harmless, and honest about what is not."""

import io
import tarfile
import tracemalloc
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperdock_common.errors import StorageUnavailable
from hyperdock_gateway.archives import (
    PROBLEMS,
    Content,
    Member,
    content_of,
    stream_content,
    tar_gz,
)

MEBIBYTE = 1024 * 1024


def member(path: str, data: bytes = b"x") -> Member:
    """A file in memory."""
    return Member(path, partial(content_of, data))


def made(*members: Member) -> bytes:
    """An archive of them, as bytes."""
    return b"".join(tar_gz("job", members, 1_700_000_000.0))


def unpacked(raw: bytes) -> dict[str, bytes]:
    """What is in an archive, by path; everything must be a plain file."""
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r:gz") as archive:
        entries = archive.getmembers()
        assert all(each.isreg() for each in entries)
        read = [(each.name, archive.extractfile(each)) for each in entries]
        return {name: stream.read() for name, stream in read if stream is not None}


@given(
    files=st.dictionaries(
        st.from_regex(r"\A[a-zä]{1,60}(/[a-z ]{1,60}){0,5}\.x\Z"), st.binary(max_size=2000)
    )
)
def test_everything_comes_out_as_it_went_in(files: dict[str, bytes]) -> None:
    """Any names and contents are the same after unpacking, in one folder."""
    raw = made(*(member(path, data) for path, data in files.items()))
    assert unpacked(raw) == {f"job/{path}": data for path, data in files.items()}


def test_same_files_make_the_same_archive() -> None:
    """Nothing but the files and their order decides the bytes."""
    assert made(member("a"), member("b")) == made(member("a"), member("b"))


def test_nothing_makes_an_empty_archive() -> None:
    """An archive without files can be unpacked, too."""
    assert unpacked(made()) == {}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a\r\nb", "job/a__b"),
        ("a\\b", "job/a_b"),
        ("..\\..\\b", "job/.._.._b"),
        ("C:\\b", "job/C:_b"),
        ("out/\x1b[2J", "job/out/_[2J"),
        ("out/ä" + "x" * 250, "job/out/ä" + "x" * 250),
        ("-rf", "job/-rf"),
    ],
)
def test_odd_names_are_made_harmless(path: str, name: str) -> None:
    """What a terminal or another system reads as more than a name is replaced."""
    assert unpacked(made(member(path))) == {name: b"x"}


@pytest.mark.parametrize("path", ["../a", "/etc/passwd", "a/../../b", "a\x00b", "", "a//b", "./a"])
def test_paths_that_lead_elsewhere_are_left_out(path: str) -> None:
    """No path leads out of the folder; what is left out is told."""
    found = unpacked(made(member(path), member("good")))
    assert set(found) == {"job/good", f"job/{PROBLEMS}"}
    assert b"was left out" in found[f"job/{PROBLEMS}"]


def test_names_that_become_the_same_are_told_apart() -> None:
    """No file replaces another one when it is unpacked."""
    found = unpacked(made(member("a\\b", b"1"), member("a_b", b"2"), member("a\nb", b"3")))
    assert found == {"job/a_b": b"1", "job/a_b-2": b"2", "job/a_b-3": b"3"}


def gone() -> Content:
    """A file that is not there any more."""
    raise FileNotFoundError("gone")


def test_files_that_change_meanwhile_spoil_no_others() -> None:
    """What is gone is left out, what shrank is filled up, what grew is cut, and all is told."""
    found = unpacked(
        made(
            Member("gone", gone),
            Member("short", lambda: Content(1000, [b"ab", b"c"])),
            Member("long", lambda: Content(3, [b"ab", b"cdef", b"g"])),
            member("good"),
        )
    )
    problems = found.pop(f"job/{PROBLEMS}").decode()
    expected = {"job/short": b"abc" + bytes(997), "job/long": b"abc", "job/good": b"x"}
    assert found == expected
    assert problems.splitlines() == [
        "gone was left out: it is gone",
        "short shrank meanwhile: its last 997 bytes are zeros",
        "long grew meanwhile: only its first 3 bytes are here",
    ]


def test_what_cannot_be_read_breaks_the_archive_off() -> None:
    """A store that fails half-way makes no archive that looks complete."""

    def broken() -> Iterator[bytes]:
        yield b"x"
        raise StorageUnavailable("the disk is gone")

    with pytest.raises(StorageUnavailable):
        made(Member("a", lambda: Content(5, broken())))


def test_stream_is_closed_when_it_was_read() -> None:
    """An archive leaves no file open."""
    stream = io.BytesIO(b"abc")
    assert unpacked(made(Member("a", lambda: stream_content(stream)))) == {"job/a": b"abc"}
    assert stream.closed


def test_preparation_is_done_before_a_file_is_opened() -> None:
    """A member that takes its time is prepared when its turn comes, and not before."""
    steps: list[str] = []

    def prepare() -> Iterator[None]:
        steps.append("prepared")
        yield

    def opened(step: str) -> Content:
        steps.append(step)
        return content_of(b"x")

    first = Member("first", partial(opened, "first"))
    second = Member("a", partial(opened, "opened"), prepare())
    assert set(unpacked(made(first, second))) == {"job/first", "job/a"}
    assert steps == ["first", "prepared", "opened"]


def test_large_files_take_no_memory() -> None:
    """An archive of 300 MB holds no more than a few pieces of it at any time."""
    piece = bytes(MEBIBYTE)
    tracemalloc.start()
    try:
        large = Member("large", lambda: Content(300 * MEBIBYTE, (piece for _ in range(300))))
        assert sum(map(len, tar_gz("job", [large], 0))) > 0
        assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
    finally:
        tracemalloc.stop()


def test_files_beyond_what_old_archives_hold_are_told_right() -> None:
    """A file of 9 GiB has its length in the header, in the way of newer archives."""
    pieces = tar_gz("job", [Member("huge", lambda: Content(9 * 1024 * MEBIBYTE, iter(())))], 0)
    raw = b"".join(next(pieces) for _ in range(200))
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r|gz") as archive:
        entry = archive.next()
        assert entry is not None
        assert (entry.name, entry.size) == ("job/huge", 9 * 1024 * MEBIBYTE)
