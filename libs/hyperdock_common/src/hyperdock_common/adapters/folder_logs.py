"""The logs of attempts as plain files, `<root>/<trial>/<job>/log.txt`, and their removal.

Where a log was removed, `log.removed.json` beside it tells what became of it. That is written
first and to the disk itself: no log is gone without a word, whenever the machine stops.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from hyperdock_common.adapters.folder_errors import translated
from hyperdock_common.adapters.folder_layout import Layout, checked
from hyperdock_common.adapters.folder_names import (
    BEING_NOTED,
    attempt_of,
    is_id,
    log_name,
    removed_name,
)
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports.artifacts import KeptLog, RemovedLog

_WRITE: Final = os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_NOTE: Final = 64 * 1024
_NOTHING: Final = (FileNotFoundError, NotADirectoryError)
_NOT_OURS: Final = (*_NOTHING, PermissionError)


class FolderLogs:
    """The logs below one root; see `ArtifactStore` for what its methods do."""

    def __init__(self, root: Path, layout: Layout) -> None:
        self._root = root
        self._layout = layout

    def append(self, folder: Path, attempt: int, offset: int, chunk: bytes) -> None:
        """Puts a chunk into the log in a job's folder."""
        path = folder / log_name(checked(attempt))
        with translated(path):
            if (descriptor := _opened(path, folder / removed_name(attempt))) is None:
                return
            try:
                _write_at(descriptor, offset, chunk)
            finally:
                os.close(descriptor)

    def read(self, trial_id: str, job_id: str, attempt: int, offset: int, limit: int) -> bytes:
        """See `ArtifactStore.read_log`."""
        if (folder := self._layout.logs(trial_id, job_id)) is None:
            return b""
        path = folder / log_name(attempt)
        with translated(path):
            try:
                with path.open("rb") as file:
                    return os.pread(file.fileno(), max(limit, 0), offset)
            except _NOTHING:
                return b""

    def all(self) -> Iterator[KeptLog]:
        """See `KeptLogs.logs`."""
        with translated(self._root):
            for trial in _folders(self._root):
                for job in _folders(self._root / trial):
                    yield from _logs(self._root, trial, job)

    def remove(
        self, trial_id: str, job_id: str, attempt: int, reason: str, at: float
    ) -> RemovedLog | None:
        """See `KeptLogs.remove_log`."""
        if (folder := self._layout.logs(trial_id, job_id)) is None or attempt < 1:
            return None
        path = folder / log_name(attempt)
        with translated(path):
            try:
                size = path.lstat().st_size
            except _NOTHING:
                return None
            removed = self.removed(trial_id, job_id, attempt)
            if removed is None:
                removed = RemovedLog(size=size, removed_at=at, reason=reason)
                _note(folder / removed_name(attempt), msgspec.json.encode(removed))
            try:
                path.unlink()
            except _NOTHING:  # another process was faster
                return None
        return removed

    def removed(self, trial_id: str, job_id: str, attempt: int) -> RemovedLog | None:
        """See `KeptLogs.removed_log`."""
        if (folder := self._layout.logs(trial_id, job_id)) is None or attempt < 1:
            return None
        path = folder / removed_name(attempt)
        with translated(path):
            try:
                with path.open("rb") as file:
                    return msgspec.json.decode(file.read(_MOST_NOTE), type=RemovedLog)
            except _NOTHING:
                return None
            except msgspec.MsgspecError as error:
                raise StorageUnavailable(f"{path} is no note on a log: {error}") from error


def _opened(path: Path, note: Path) -> int | None:
    """The log to write to; None where it was removed."""
    try:
        return os.open(path, _WRITE)
    except FileNotFoundError:
        if note.exists():
            return None
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, _WRITE | os.O_CREAT, 0o644)


def _write_at(descriptor: int, offset: int, chunk: bytes) -> None:
    end = os.fstat(descriptor).st_size
    if offset > end:
        raise ValueError(f"the log ends at {end}, a chunk cannot stand at {offset}")
    rest = memoryview(chunk)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def _folders(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as scan:
            for entry in scan:
                if entry.is_dir(follow_symlinks=False) and is_id(entry.name):
                    yield entry.name
    except _NOT_OURS:
        return


def _logs(root: Path, trial: str, job: str) -> Iterator[KeptLog]:
    """What stands at the top of a job's folder, which a target may have filled."""
    try:
        with os.scandir(root / trial / job) as scan:
            for entry in scan:
                attempt = attempt_of(entry.name)
                if attempt is None or not entry.is_file(follow_symlinks=False):
                    continue
                status = entry.stat(follow_symlinks=False)
                if status.st_size:
                    yield KeptLog(
                        trial_id=trial,
                        job_id=job,
                        attempt=attempt,
                        size=status.st_size,
                        changed_at=status.st_mtime,
                    )
    except _NOT_OURS:
        return


def _note(path: Path, text: bytes) -> None:
    """Puts a whole file in its place; of two that do so at once, each has its own until then."""
    half_done = path.with_name(f"{BEING_NOTED}{uuid.uuid4().hex}")
    try:
        with half_done.open("xb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half_done.replace(path)
    finally:
        half_done.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
