"""A folder for scratch files that is found, and removed, by others if its process was killed."""

import fcntl
import os
import shutil
import tempfile
import time
import weakref
from pathlib import Path
from typing import Final

_PREFIX: Final = "hyperdock-moments-"
_YOUNG: Final = 60.0
"""So many seconds old, a folder may have been made by somebody who is about to lock it."""


class ScratchFolder:
    """A new folder in the one for temporary files, locked until it is closed or its process ends.

    Those that killed processes of the same user left there are removed.

    Attributes:
        path: where it is.
    """

    def __init__(self) -> None:
        for each in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            _remove_left(each)
        self.path: Final = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._remove = weakref.finalize(self, _remove, self.path, _lock(self.path))

    def close(self) -> None:
        """Removes it, with whatever is in it."""
        self._remove()


def _remove_left(folder: Path) -> None:
    try:
        status = folder.lstat()
        if status.st_uid != os.getuid() or time.time() - status.st_mtime < _YOUNG:
            return
        held = _lock(folder)
    except OSError:
        return  # somebody has it, or it is gone, or it is no folder
    _remove(folder, held)


def _remove(folder: Path, held: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(held)


def _lock(folder: Path) -> int:
    """The folder's descriptor, open and locked; both end with the process.

    Raises:
        OSError: another one has it, or it is no folder.
    """
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        raise
    return opened
