"""Taking over a tree of files into a folder: renamed where that works, else copied."""

import errno
import os
import shutil
from pathlib import Path
from typing import Final

from hyperdock_common.adapters.folder_names import BEING_COPIED
from hyperdock_common.adapters.folder_walk import (
    Found,
    Kind,
    leave_out_or_raise,
    open_file,
    walk,
)

_CANNOT_RENAME: Final = frozenset({errno.EXDEV, errno.EACCES, errno.EPERM})


class Intake:
    """One takeover of everything in `source` into `target`. Repeating it completes it."""

    def __init__(self, source: Path, target: Path) -> None:
        self._source = source
        self._target = target

    def run(self) -> None:
        """Takes everything over."""
        for found in walk(self._source):
            try:
                self._take(found)
            except OSError as error:
                leave_out_or_raise(found.source, error)

    def _take(self, found: Found) -> None:
        target = self._target / found.path
        match found.kind:
            case Kind.FOLDER:
                _make_folder(target)
            case Kind.FILE:
                self._take_file(found.source, target)
            case Kind.LINK:
                self._link(target, self._target / (found.leads_to or ""))

    def _link(self, target: Path, leads_to: Path) -> None:
        _clear(target)
        target.unlink(missing_ok=True)
        target.symlink_to(os.path.relpath(leads_to, target.parent))

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
        with open_file(source) as reading:
            with half_done.open("wb") as writing:
                shutil.copyfileobj(reading, writing, 1 << 20)
            half_done.replace(target)


def _make_folder(target: Path) -> None:
    if target.is_symlink() or target.is_file():
        target.unlink()
    target.mkdir(exist_ok=True)


def _clear(target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
