"""The artifacts as plain files, for people to look at: `<root>/<trial>/<job>/…`.

A job's further attempts, where there were any, have folders beside it: `<job>-attempt-2/`. The
logs of all attempts are in `<job>/`. Nothing is synced: it outlives the process, not a power
failure in the very second.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from hyperdock_common.adapters.folder_errors import translated
from hyperdock_common.adapters.folder_intake import Intake
from hyperdock_common.adapters.folder_layout import Layout
from hyperdock_common.adapters.folder_logs import FolderLogs
from hyperdock_common.adapters.folder_names import inner_path, is_id, is_ours
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports.artifacts import ArtifactFile, KeptLog, RemovedLog

_READ: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_NO_FILE: Final = frozenset(  # ENXIO: a socket; EACCES: a file of another user
    {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO, errno.EACCES}
)


class FolderArtifactStore:
    """An `ArtifactStore` in the folder `root`, which is made when it is first needed.

    A file of a target that is named like one of our logs is kept as `target-log.txt`.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._layout = Layout(self._root)
        self._logs = FolderLogs(self._root, self._layout)

    def put_folder(self, trial_id: str, job_id: str, attempt: int, folder: Path) -> None:
        """See `ArtifactStore.put_folder`. Files taken earlier from another folder give way.

        A folder that is not there (any more) has been taken over before.
        """
        first = self._first(trial_id, job_id)
        with translated(first):
            if folder.is_dir():
                Intake(folder, self._layout.make_room(first, attempt, folder)).run()

    def list(self, trial_id: str, job_id: str, attempt: int) -> Sequence[ArtifactFile]:
        """See `ArtifactStore.list`. The logs are not among them."""
        if (folder := self._layout.files(trial_id, job_id, attempt)) is None:
            return []
        with translated(folder):
            found = (_artifact(folder, path) for path in _walk(folder))
            return sorted((each for each in found if each), key=lambda each: each.path)

    def open(self, trial_id: str, job_id: str, attempt: int, path: str) -> BinaryIO:
        """See `ArtifactStore.open`."""
        folder, inside = self._layout.files(trial_id, job_id, attempt), inner_path(path)
        if folder is None or inside is None:
            raise FileNotFoundError(path)
        try:
            descriptor = os.open(_contained(folder, folder / inside), _READ)
        except OSError as error:
            if error.errno in _NO_FILE:
                raise FileNotFoundError(path) from error
            raise StorageUnavailable(f"{folder / inside}: {error}") from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileNotFoundError(path)
        return os.fdopen(descriptor, "rb")

    def append_log(
        self, trial_id: str, job_id: str, attempt: int, offset: int, chunk: bytes
    ) -> None:
        """See `ArtifactStore.append_log`."""
        self._logs.append(self._first(trial_id, job_id), attempt, offset, chunk)

    def read_log(self, trial_id: str, job_id: str, attempt: int, offset: int, limit: int) -> bytes:
        """See `ArtifactStore.read_log`."""
        return self._logs.read(trial_id, job_id, attempt, offset, limit)

    def logs(self) -> Iterator[KeptLog]:
        """See `KeptLogs.logs`."""
        return self._logs.all()

    def remove_log(
        self, trial_id: str, job_id: str, attempt: int, *, reason: str, at: float
    ) -> RemovedLog | None:
        """See `KeptLogs.remove_log`."""
        return self._logs.remove(trial_id, job_id, attempt, reason, at)

    def removed_log(self, trial_id: str, job_id: str, attempt: int) -> RemovedLog | None:
        """See `KeptLogs.removed_log`."""
        return self._logs.removed(trial_id, job_id, attempt)

    def location(self, trial_id: str) -> str:
        """See `ArtifactStore.location`: the folder of the trial."""
        if not is_id(trial_id):
            raise ValueError(f"{trial_id!r} cannot be the name of a folder")
        return os.path.join(self._root, trial_id)  # noqa: PTH118 - a list asks for very many

    def _first(self, trial_id: str, job_id: str) -> Path:
        if (folder := self._layout.logs(trial_id, job_id)) is None:
            raise ValueError(f"{trial_id!r} and {job_id!r} cannot both be names of folders")
        return folder


def _walk(folder: Path) -> Iterator[Path]:
    for place, _, files in os.walk(folder):
        for name in files:
            path = Path(place, name)
            if not (path.parent == folder and is_ours(name)):
                yield path


def _artifact(folder: Path, path: Path) -> ArtifactFile | None:
    try:
        status = (_contained(folder, path) if path.is_symlink() else path).stat()
    except OSError as error:
        if error.errno in _NO_FILE:
            return None
        raise
    if not stat.S_ISREG(status.st_mode):
        return None
    return ArtifactFile(path=path.relative_to(folder).as_posix(), size=status.st_size)


def _contained(folder: Path, path: Path) -> Path:
    """Where a path really leads, if that is inside the folder."""
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(folder)):
        raise FileNotFoundError(errno.ENOENT, "it leads outside", str(path))
    return real
