"""The port to the artifacts: what a job leaves behind, and its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactFile:
    """A file of a job: its path inside the job's folder and its size in bytes."""

    path: str
    size: int


class ArtifactStore(Protocol):
    """Keeps, per job, the files that its deciding attempt left, and per attempt its log.

    Thread safe. Errors: `StorageUnavailable` from every method.
    """

    def put_folder(self, trial_id: str, job_id: str, folder: Path) -> None:
        """Takes over everything in `folder` (which may be emptied) as the job's files.

        Repeating it after a crash completes it. Links that lead outside the folder are left out.
        """

    def list(self, trial_id: str, job_id: str) -> Sequence[ArtifactFile]:
        """The job's files, sorted by path; empty for an unknown job."""

    def open(self, trial_id: str, job_id: str, path: str) -> BinaryIO:
        """One file, to read.

        Raises:
            FileNotFoundError: there is no such file in the job's folder, or it leads outside.
        """

    def append_log(
        self, trial_id: str, job_id: str, attempt: int, offset: int, chunk: bytes
    ) -> None:
        """Puts a chunk of the attempt's log at `offset`; the same chunk again changes nothing."""

    def read_log(self, trial_id: str, job_id: str, attempt: int, offset: int, limit: int) -> bytes:
        """At most `limit` bytes from `offset`; empty at the end or for an unknown attempt."""

    def location(self, trial_id: str) -> str:
        """Where a person finds the trial's results (a folder or an address)."""
