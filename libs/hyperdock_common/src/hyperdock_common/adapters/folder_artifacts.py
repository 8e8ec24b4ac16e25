"""The artifacts as plain files, for people to look at: `<root>/<trial>/<job>/…`.

A job's further attempts, where there were any, have folders beside it: `<job>-attempt-2/`. The
logs of all attempts are in `<job>/`. Nothing is synced: it outlives the process, not a power
failure in the very second.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from hyperdock_common.adapters.folder_intake import Intake
from hyperdock_common.adapters.folder_layout import Layout, checked
from hyperdock_common.adapters.folder_names import inner_path, is_id, is_ours, log_name
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports.artifacts import ArtifactFile

_READ: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
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

    def put_folder(self, trial_id: str, job_id: str, attempt: int, folder: Path) -> None:
        """See `ArtifactStore.put_folder`. Files taken earlier from another folder give way.

        A folder that is not there (any more) has been taken over before.
        """
        first = self._first(trial_id, job_id)
        with _translated(first):
            if folder.is_dir():
                Intake(folder, self._layout.make_room(first, attempt, folder)).run()

    def list(self, trial_id: str, job_id: str, attempt: int) -> Sequence[ArtifactFile]:
        """See `ArtifactStore.list`. The logs are not among them."""
        if (folder := self._layout.files(trial_id, job_id, attempt)) is None:
            return []
        with _translated(folder):
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
        path = self._first(trial_id, job_id) / log_name(checked(attempt))
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, _WRITE, 0o644)
            try:
                _write_at(descriptor, offset, chunk)
            finally:
                os.close(descriptor)

    def read_log(self, trial_id: str, job_id: str, attempt: int, offset: int, limit: int) -> bytes:
        """See `ArtifactStore.read_log`."""
        if (folder := self._layout.logs(trial_id, job_id)) is None:
            return b""
        path = folder / log_name(attempt)
        with _translated(path):
            try:
                with path.open("rb") as file:
                    return os.pread(file.fileno(), max(limit, 0), offset)
            except (FileNotFoundError, NotADirectoryError):
                return b""

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


def _write_at(descriptor: int, offset: int, chunk: bytes) -> None:
    end = os.fstat(descriptor).st_size
    if offset > end:
        raise ValueError(f"the log ends at {end}, a chunk cannot stand at {offset}")
    rest = memoryview(chunk)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(f"{path}: {error}") from error
