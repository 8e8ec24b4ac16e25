"""Taking over a tree of files: renamed where that works, else copied; nothing else comes along.

What comes was written by a target, so it is handled as hostile: no link out of the folder is kept
or followed, no pipe or device is touched, no file is read into memory, and what cannot be taken
(locked by another user, nested without end) is left out with a warning instead of failing for ever.
"""

import errno
import os
import shutil
import stat
from pathlib import Path
from typing import Final

import structlog

from hyperdock_common.adapters.folder_names import BEING_COPIED, stored_name

_MAX_DEPTH: Final = 64
_CANNOT_RENAME: Final = frozenset({errno.EXDEV, errno.EACCES, errno.EPERM})
_CANNOT_TAKE: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP, errno.ENOENT}
)
_log = structlog.get_logger(__name__)


class Intake:
    """One takeover of everything in `source` into `target`. Repeating it completes it."""

    def __init__(self, source: Path, target: Path) -> None:
        self._source = os.path.realpath(source)
        self._target = target

    def run(self) -> None:
        """Takes everything over."""
        self._take_folder(Path(self._source), self._target, 0)

    def _take_folder(self, source: Path, target: Path, depth: int) -> None:
        if target.is_symlink() or target.is_file():
            target.unlink()
        target.mkdir(parents=True, exist_ok=True)
        with os.scandir(source) as scan:
            entries = list(scan)
        for entry in entries:
            try:
                self._take(entry, target / stored_name(entry.name, top=depth == 0), depth)
            except OSError as error:
                if error.errno not in _CANNOT_TAKE:
                    raise
                _leave_out(entry.path, str(error))

    def _take(self, entry: os.DirEntry[str], target: Path, depth: int) -> None:
        path = Path(entry.path)
        if entry.is_symlink():
            self._take_link(path, target)
        elif entry.is_dir(follow_symlinks=False):
            if depth < _MAX_DEPTH:
                self._take_folder(path, target, depth + 1)
            else:
                _leave_out(entry.path, "it is nested too deeply")
        elif entry.is_file(follow_symlinks=False):
            self._take_file(path, target)
        else:
            _leave_out(entry.path, "it is no file")

    def _take_link(self, link: Path, target: Path) -> None:
        leads_to = os.path.realpath(link)
        if os.path.commonpath([leads_to, self._source]) != self._source:
            _leave_out(str(link), "it leads outside")
            return
        _clear(target)
        target.unlink(missing_ok=True)
        target.symlink_to(os.path.relpath(leads_to, link.parent))

    def _take_file(self, source: Path, target: Path) -> None:
        _clear(target)
        try:
            source.rename(target)
        except OSError as error:
            if error.errno not in _CANNOT_RENAME:
                raise
            self._copy(source, target)

    def _copy(self, source: Path, target: Path) -> None:
        half_done = self._target / BEING_COPIED
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with os.fdopen(os.open(source, flags), "rb") as reading:
            if stat.S_ISREG(os.fstat(reading.fileno()).st_mode):
                with half_done.open("wb") as writing:
                    shutil.copyfileobj(reading, writing, 1 << 20)
                half_done.replace(target)


def _leave_out(path: str, reason: str) -> None:
    _log.warning("artifact_left_out", path=path, reason=reason)


def _clear(target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
