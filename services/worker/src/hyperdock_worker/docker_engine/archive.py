"""The attempt's folder as the tar archive that the engine takes and gives.

What comes back was written by a target: only plain files, folders, and links that stay inside are
taken from it, under names that stay inside too.
"""

import io
import os
import posixpath
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hyperdock_common.errors import HyperdockError

_END = bytes(2 * tarfile.BLOCKSIZE)
_PIECE = 256 << 10
_OWNERS: Final = 0o700  # what comes back is for this worker to read and to remove
_MODE = 0o755


class Unpackable(HyperdockError):
    """Raised when an archive breaks off, or cannot be written here."""


def pack(folder: Path, name: str) -> bytes:
    """A prepared folder as an archive of `name`, its modes kept, everything root's.

    Raises:
        OSError: it cannot be read.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(folder, arcname=name, filter=_roots)
    return packed.getvalue()


def unpack(pieces: Iterator[bytes], into: Path, limit: int) -> bool:
    """Unpacks what is in the archive's one top folder (or its one top file) into a fresh folder.

    Args:
        pieces: the archive.
        into: is there, and empty.
        limit: bytes; what comes after them is not unpacked.

    Returns:
        Whether that was all: more than `limit` bytes are written where it was not.

    Raises:
        Unpackable: it was not all of the archive, or there is no room for it.
    """
    source = _Source(pieces)
    try:
        with tarfile.open(fileobj=source, mode="r|", bufsize=_PIECE) as archive:
            if not _Unpacking(archive, into, limit).run():
                return False
        source.drain()
    except (tarfile.TarError, EOFError) as error:
        raise Unpackable(f"the archive of the files is broken: {error}") from error
    except OSError as error:
        raise Unpackable(f"the files cannot be written here: {error}") from error
    return True


def measure(pieces: Iterator[bytes], limit: int) -> int:
    """How many bytes an archive's files hold, counted until there are more than `limit`.

    Raises:
        Unpackable: it is broken.
    """
    total = 0
    try:
        with tarfile.open(fileobj=_Source(pieces), mode="r|", bufsize=_PIECE) as archive:
            for member in _members(archive):
                total += member.size if member.isreg() else 0
                if total > limit:
                    break
    except tarfile.TarError as error:
        raise Unpackable(f"the archive of the files is broken: {error}") from error
    return total


class _Source(io.RawIOBase):
    """The pieces as a file; it remembers its end, by which one knows a whole archive."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self._end = b""
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        while not self._rest and (piece := next(self._pieces, None)) is not None:
            self._rest = piece
        given, self._rest = self._rest[:size], self._rest[size:]
        self._end = (self._end + given)[-len(_END) :]
        self._size += len(given)
        return given

    def drain(self) -> None:
        """Reads to the end, which has to be an archive's."""
        while self.read(_PIECE):
            pass
        if self._end != _END or self._size % tarfile.BLOCKSIZE:
            raise EOFError("it has no end")


class _Unpacking:
    """One archive on its way into a folder."""

    def __init__(self, archive: tarfile.TarFile, into: Path, limit: int) -> None:
        self._archive = archive
        self._into = into
        self._left = limit
        self._links: list[tuple[str, str]] = []

    def run(self) -> bool:
        for member in _members(self._archive):
            name = _inner_name(member)
            if name is not None and not self._take(member, name):
                return False
        # Last, so that nothing is ever written through one.
        for name, leads_to in self._links:
            self._link(name, leads_to)
        return True

    def _take(self, member: tarfile.TarInfo, name: str) -> bool:
        """Takes one member; false where it is too much."""
        path = self._into / name
        if member.isdir():
            path.mkdir(exist_ok=True)
            path.chmod(member.mode & _MODE | _OWNERS)
        elif member.issym():
            self._links.append((name, member.linkname))
        elif member.islnk():
            self._same(member, path)
        elif member.isreg():
            return self._write(member, path)
        return True

    def _write(self, member: tarfile.TarInfo, path: Path) -> bool:
        content = self._archive.extractfile(member)
        if content is None or not path.parent.is_dir():
            return True
        with path.open("xb") as file:
            while piece := content.read(min(_PIECE, self._left + 1)):
                file.write(piece)
                self._left -= len(piece)
                if self._left < 0:
                    return False
        path.chmod(member.mode & _MODE | 0o600)
        return True

    def _same(self, member: tarfile.TarInfo, path: Path) -> None:
        """A second name of a file that is there already."""
        first = _inside(member.linkname)
        if first is not None and (self._into / first).is_file() and path.parent.is_dir():
            os.link(self._into / first, path, follow_symlinks=False)

    def _link(self, name: str, leads_to: str) -> None:
        place = posixpath.normpath(posixpath.join(posixpath.dirname(name), leads_to))
        outside = posixpath.isabs(leads_to) or place.split("/")[0] == ".."
        path = self._into / name
        if not (outside or path.is_symlink() or path.exists()) and path.parent.is_dir():
            path.symlink_to(leads_to)


def _roots(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member


def _members(archive: Any) -> Iterator[tarfile.TarInfo]:
    """One member after the other; the archive would keep them all, and there may be millions."""
    for member in archive:
        archive.members = []
        yield member


def _inner_name(member: tarfile.TarInfo) -> str | None:
    """The name below the archive's top folder, or of a top file; None where there is none."""
    name = _inside(member.name)
    return member.name if name is None and member.isreg() and _is_plain(member.name) else name


def _inside(name: str) -> str | None:
    """A name without its first part; None where nothing remains, or where it leads anywhere."""
    first, *inner = name.split("/")
    return "/".join(inner) if inner and all(map(_is_plain, (first, *inner))) else None


def _is_plain(part: str) -> bool:
    return part not in {"", ".", ".."} and "/" not in part and "\0" not in part
