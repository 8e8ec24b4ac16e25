"""What a target left in a folder, entry by entry, for a store to take.

What is there was written by a target, so it is handled as hostile: no link out of the folder is
followed, no pipe or device is touched, and what cannot be taken (locked by another user, nested
without end) is left out with a warning instead of failing for ever.
"""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

import structlog

from hyperdock_common.adapters.folder_names import stored_name

_MAX_DEPTH: Final = 64
_OPENED: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CANNOT_TAKE: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP, errno.ENOENT}
)
_log = structlog.get_logger(__name__)


class Kind(Enum):
    """What an entry is; anything else is left out."""

    FOLDER = auto()
    FILE = auto()
    LINK = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry of the folder.

    Attributes:
        source: where it stands.
        path: the path under which it is to be kept.
        kind: what it is.
        leads_to: for a link, the real path inside the folder, under the name it is kept by.
    """

    source: Path
    path: PurePosixPath
    kind: Kind
    leads_to: PurePosixPath | None = None


def walk(folder: Path) -> Iterator[Found]:
    """Everything below `folder` that may be kept, by name, a folder before what is in it.

    Raises:
        OSError: the disk cannot be read.
    """
    return _walk(Path(os.path.realpath(folder)), Path(), PurePosixPath())


def leave_out(path: Path, reason: str) -> None:
    """Says that something is not kept."""
    _log.warning(
        "artifact_left_out", path=os.fsencode(path).decode(errors="replace"), reason=reason
    )


def leave_out_or_raise(path: Path, error: OSError) -> None:
    """Leaves out what can never be taken.

    Raises:
        OSError: another time it may be taken.
    """
    if error.errno not in _CANNOT_TAKE:
        raise error
    leave_out(path, str(error))


def open_file(path: Path) -> BinaryIO:
    """A file to read: neither a link, nor anything that reading could wait for.

    Raises:
        OSError: it cannot be opened, or is none.
    """
    file = os.fdopen(os.open(path, _OPENED), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.ENOENT, "it is no file", str(path))
    return file


def _walk(root: Path, inside: Path, kept_as: PurePosixPath) -> Iterator[Found]:
    for entry in _entries(root / inside):
        source = root / inside / entry.name
        path = kept_as / stored_name(entry.name, top=inside == Path())
        if entry.is_symlink():
            yield from _link(root, source, path)
        elif entry.is_dir(follow_symlinks=False):
            if len(path.parts) > _MAX_DEPTH:
                leave_out(source, "it is nested too deeply")
                continue
            yield Found(source=source, path=path, kind=Kind.FOLDER)
            yield from _walk(root, inside / entry.name, path)
        elif entry.is_file(follow_symlinks=False):
            yield Found(source=source, path=path, kind=Kind.FILE)
        else:
            leave_out(source, "it is no file")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as scan:
            return sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        leave_out_or_raise(folder, error)
        return []


def _link(root: Path, source: Path, path: PurePosixPath) -> Iterator[Found]:
    leads_to = Path(os.path.realpath(source))
    if not leads_to.is_relative_to(root):
        leave_out(source, "it leads outside")
        return
    names = leads_to.relative_to(root).parts
    kept = (stored_name(name, top=index == 0) for index, name in enumerate(names))
    yield Found(source=source, path=path, kind=Kind.LINK, leads_to=PurePosixPath(*kept))
