"""Who a worker is, over its restarts: an id in a folder that belongs to one process at a time.

Below the state folder are numbered folders, one per worker that runs or ran there. A process takes
the first that no living process holds, with the id and the attempts in it; so a worker that was
killed finds its containers again, and several workers may share one state folder. The lock is the
kernel's: it goes with the process, however that ends.
"""

import fcntl
import os
import secrets
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hyperdock_common.errors import HyperdockError

_LOCK: Final = "lock"
_ID: Final = "worker-id"


class WorkFolderUnusable(HyperdockError):
    """Raised when a worker cannot keep its state where it was told to."""

    def __init__(self, folder: Path, reason: str) -> None:
        self.folder = folder
        super().__init__(f"the folder {folder} cannot be used: {reason}; choose another --work")


@dataclass(frozen=True, slots=True)
class Identity:
    """A worker's id and its folder, held until `release`, or until the process ends."""

    worker_id: str
    folder: Path
    _lock: int

    @property
    def attempts(self) -> Path:
        """Where the worker's attempts are."""
        return self.folder / "attempts"

    def release(self) -> None:
        """Lets another process be this worker."""
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def take_identity(work: Path) -> Identity:
    """The first identity below a state folder that is free, or else a new one.

    Raises:
        WorkFolderUnusable: the folder cannot be made or written to.
    """
    try:
        for number in count(1):
            folder = work / str(number)
            folder.mkdir(parents=True, exist_ok=True)
            lock = _lock(folder / _LOCK)
            if lock is not None:
                return Identity(_worker_id(folder / _ID), folder, lock)
    except OSError as error:
        raise WorkFolderUnusable(work, error.strerror or str(error)) from error
    raise AssertionError("there is always one more number")


def _lock(path: Path) -> int | None:
    """The lock's descriptor, which no child inherits; None where another process has it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    except OSError:
        os.close(lock)
        raise
    return lock


def _worker_id(path: Path) -> str:
    """The id that is kept there; made the first time, whole or not at all."""
    try:
        if kept := path.read_text("ascii").strip():
            return kept
    except FileNotFoundError:
        pass
    made = f"worker-{secrets.token_hex(6)}"
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="ascii") as file:
        file.write(f"{made}\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return made
