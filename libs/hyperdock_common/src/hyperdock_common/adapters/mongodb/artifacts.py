"""The artifacts in MongoDB: files in a GridFS bucket, logs in blocks beside it.

Every `_id` is a text that says what it is of (`<trial>/<job>/<attempt>/<path>`), so whatever is
written again after a crash falls on its own place.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from hyperdock_common.adapters.folder_names import inner_path, is_id
from hyperdock_common.adapters.mongodb.artifact_files import ArtifactFiles
from hyperdock_common.adapters.mongodb.artifact_intake import ArtifactIntake
from hyperdock_common.adapters.mongodb.artifact_logs import ArtifactLogs
from hyperdock_common.adapters.mongodb.connection import MongoServer, translated
from hyperdock_common.adapters.mongodb.log_removals import LogRemovals
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports.artifacts import ArtifactFile, KeptLog, RemovedLog

_BUCKET: Final = "artifacts"
_LOGS: Final = "logs"
_REMOVED_LOGS: Final = "removed_logs"


class MongoArtifactStore:
    """An `ArtifactStore` in the database of a server."""

    def __init__(self, server: MongoServer) -> None:
        self._database = server.database.name
        self._files = ArtifactFiles(server, _BUCKET)
        self._removals = LogRemovals(server, server.database[_LOGS], _REMOVED_LOGS)
        self._logs = ArtifactLogs(server.database[_LOGS], self._removals)

    def put_folder(self, trial_id: str, job_id: str, attempt: int, folder: Path) -> None:
        """See `ArtifactStore.put_folder`. The folder stays as it is."""
        key = _new_key(trial_id, job_id, attempt)
        with translated():
            try:
                if folder.is_dir():
                    ArtifactIntake(self._files, key).take(folder)
            except OSError as error:
                raise StorageUnavailable(f"{folder}: {error}") from error

    def list(self, trial_id: str, job_id: str, attempt: int) -> Sequence[ArtifactFile]:
        """See `ArtifactStore.list`."""
        key = _key(trial_id, job_id, attempt)
        if key is None:
            return []
        with translated():
            return self._files.list(key)

    def open(self, trial_id: str, job_id: str, attempt: int, path: str) -> BinaryIO:
        """See `ArtifactStore.open`."""
        key = _key(trial_id, job_id, attempt)
        if key is None or inner_path(path) is None or not _is_text(path):
            raise FileNotFoundError(path)
        with translated():
            return self._files.open(key, path)

    def append_log(
        self, trial_id: str, job_id: str, attempt: int, offset: int, chunk: bytes
    ) -> None:
        """See `ArtifactStore.append_log`."""
        key = _new_key(trial_id, job_id, attempt)
        with translated():
            self._logs.append(key, offset, chunk)

    def read_log(self, trial_id: str, job_id: str, attempt: int, offset: int, limit: int) -> bytes:
        """See `ArtifactStore.read_log`."""
        key = _key(trial_id, job_id, attempt)
        if key is None:
            return b""
        with translated():
            return self._logs.read(key, offset, limit)

    def logs(self) -> Iterator[KeptLog]:
        """See `KeptLogs.logs`."""
        return self._removals.all()

    def remove_log(
        self, trial_id: str, job_id: str, attempt: int, *, reason: str, at: float
    ) -> RemovedLog | None:
        """See `KeptLogs.remove_log`."""
        key = _key(trial_id, job_id, attempt)
        if key is None:
            return None
        with translated():
            return self._removals.remove(key, reason, at)

    def removed_log(self, trial_id: str, job_id: str, attempt: int) -> RemovedLog | None:
        """See `KeptLogs.removed_log`."""
        key = _key(trial_id, job_id, attempt)
        if key is None:
            return None
        with translated():
            return self._removals.find(key)

    def location(self, trial_id: str) -> str:
        """See `ArtifactStore.location`: what to look for, or whom to ask."""
        return (
            f"GridFS bucket {_BUCKET} of the MongoDB database {self._database}, files {trial_id}/…;"
            " the gateway serves them at /api/v1/jobs/<job>/files"
        )


def _key(trial_id: str, job_id: str, attempt: int) -> str | None:
    """What an attempt's documents are found by; None where it can have none."""
    fit = attempt >= 1 and all(is_id(each) and _is_text(each) for each in (trial_id, job_id))
    return f"{trial_id}/{job_id}/{attempt}" if fit else None


def _new_key(trial_id: str, job_id: str, attempt: int) -> str:
    if (key := _key(trial_id, job_id, attempt)) is None:
        raise ValueError(
            f"{trial_id!r} and {job_id!r} must be plain names, and attempts count from 1:"
            f" there can be no artifacts of attempt {attempt}"
        )
    return key


def _is_text(text: str) -> bool:
    """Whether it can be encoded: half a surrogate cannot."""
    return text.isascii() or text.encode(errors="replace").decode() == text
