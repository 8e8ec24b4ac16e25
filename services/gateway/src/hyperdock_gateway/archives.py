"""Archives (.tar.gz) that are made while they are sent: nothing is held but the piece in hand.

A tar says how long a file is before the file comes. What is shorter by then is filled up with
zeros, what is longer is cut, what is gone is left out; and a last file, `PROBLEMS.txt`, says so.
What cannot be read raises: the download breaks off, and nobody takes it for the whole.
"""

import io
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import structlog

from hyperdock_gateway.files import is_inside

PROBLEMS: Final = "PROBLEMS.txt"

_PIECE: Final = 64 * 1024
_BLOCK: Final = tarfile.BLOCKSIZE
_FAST: Final = 1  # what targets leave is large, and mostly squeezed already
_GZIP: Final = 31  # zlib's word for a gzip header, which tells no time: the same bytes every time
_END: Final = bytes(2 * _BLOCK)
_ODD: Final = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), ord("\\")), "_")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a file: as many bytes as were there when it was opened, and the bytes."""

    size: int
    pieces: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Member:
    """A file to be put into an archive.

    Attributes:
        path: where in the archive, with slashes.
        open: called when its turn comes; it may raise `FileNotFoundError`.
        prepare: what must be done before that and takes its time, step by step.
    """

    path: str
    open: Callable[[], Content]
    prepare: Iterable[object] = ()


def content_of(data: bytes) -> Content:
    """Bytes as a content."""
    return Content(len(data), [data])


def stream_content(stream: BinaryIO) -> Content:
    """A stream as a content; it is closed when it was read."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return Content(size, _pieces(stream))


def tar_gz(folder: str, members: Iterable[Member], at: float) -> Iterator[bytes]:
    """An archive, piece by piece (some are empty); the same again where its members are.

    Args:
        folder: in which everything stands, so that unpacking leaves one thing behind.
        members: in the order in which they shall come; their paths are made harmless.
        at: when they were made, as the archive says.
    """
    squeeze = zlib.compressobj(_FAST, zlib.DEFLATED, _GZIP)
    for piece in _Tar(folder, int(at)).pieces(members):
        yield squeeze.compress(piece)
    yield squeeze.flush()


class _Tar:
    """One archive while it is made: which paths are taken, and what went wrong."""

    def __init__(self, folder: str, at: int) -> None:
        self._folder = folder
        self._at = at
        self._taken: set[str] = set()
        self._problems: list[str] = []

    def pieces(self, members: Iterable[Member]) -> Iterator[bytes]:
        for member in members:
            if is_inside(member.path.replace("\\", "_")):
                yield from self._file(member)
            else:
                self._note(member.path, "was left out: no file can be called so")
        if self._problems:
            told = "".join(f"{each}\n" for each in self._problems).encode(errors="replace")
            yield from self._file(Member(PROBLEMS, lambda: content_of(told)))
        yield _END

    def _file(self, member: Member) -> Iterator[bytes]:
        for _ in member.prepare:
            yield b""
        try:
            content = member.open()
        except FileNotFoundError:
            self._note(member.path, "was left out: it is gone")
            return
        yield self._header(member.path, content.size)
        yield from self._fitted(member.path, content)
        yield bytes(-content.size % _BLOCK)

    def _header(self, path: str, size: int) -> bytes:
        entry = tarfile.TarInfo(f"{self._folder}/{self._free(path)}")
        entry.size, entry.mtime, entry.mode = size, self._at, 0o644
        return entry.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")

    def _free(self, path: str) -> str:
        """The path without what some system reads otherwise, and different from all others."""
        harmless = path.translate(_ODD)
        name, number = harmless, 1
        while name in self._taken:
            number += 1
            name = f"{harmless}-{number}"
        self._taken.add(name)
        return name

    def _fitted(self, path: str, content: Content) -> Iterator[bytes]:
        left = content.size
        for piece in content.pieces:
            if len(piece) > left:
                self._note(path, f"grew meanwhile: only its first {content.size} bytes are here")
                yield piece[:left]
                return
            yield piece
            left -= len(piece)
        if left:
            self._note(path, f"shrank meanwhile: its last {left} bytes are zeros")
        while left:
            yield bytes(min(left, _PIECE))
            left -= min(left, _PIECE)

    def _note(self, path: str, problem: str) -> None:
        log.warning("archive_incomplete", folder=self._folder, path=path, problem=problem)
        self._problems.append(f"{path.translate(_ODD)} {problem}")


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(_PIECE):
            yield piece
