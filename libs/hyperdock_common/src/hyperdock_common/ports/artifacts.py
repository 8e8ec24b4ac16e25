"""The ports to the artifacts: what a job leaves behind, and its log.

`KeptLogs` is what retention needs of a store: which logs there are, and how one of them goes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactFile:
    """A file of a job: its path inside the job's folder and its size in bytes."""

    path: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLog:
    """An attempt's log that has at least one byte in the store.

    Attributes:
        size: its bytes.
        changed_at: when it was last written to; None where the store did not note that yet.
    """

    trial_id: str
    job_id: str
    attempt: int
    size: int
    changed_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedLog:
    """What is kept of a log that was removed.

    Attributes:
        size: the bytes that it had.
        removed_at: when it was removed.
        reason: why, in words that follow "it was removed: ".
    """

    size: int
    removed_at: float
    reason: str


class KeptLogs(Protocol):
    """The logs of all attempts, and how one of them is removed for good.

    Thread safe. Errors: `StorageUnavailable` from every method, and from going through `logs`.
    """

    def logs(self) -> Iterator[KeptLog]:
        """All logs that there are, in no order, one at a time: their number may be large.

        What is written or removed meanwhile may be among them or not.
        """

    def remove_log(
        self, trial_id: str, job_id: str, attempt: int, *, reason: str, at: float
    ) -> RemovedLog | None:
        """Removes a log, which nobody writes any more, and keeps in its place what became of it.

        That is noted first. If it is ended in between, the same call completes it, and the first
        note stays. Chunks that come for it later are dropped.

        Returns:
            What was noted; None where there was nothing (any more) to remove: of several that
            do it at once, for all but one.
        """

    def removed_log(self, trial_id: str, job_id: str, attempt: int) -> RemovedLog | None:
        """What became of a log that was removed; None where it was not."""


class ArtifactStore(KeptLogs, Protocol):
    """Keeps, per attempt of a job, the files that it left and its log.

    A job's files are those of the attempt that decided it. Which one that will be is not known
    while files are stored: a late result of attempt 1 may decide the job while attempt 2 stores
    its files. So each attempt has its own, and nobody's are replaced by another's.

    Attempts count from 1. Thread safe. Errors: `StorageUnavailable` from every method, and from
    reading what `open` gave.
    """

    def put_folder(self, trial_id: str, job_id: str, attempt: int, folder: Path) -> None:
        """Takes over everything in `folder` (which may be emptied) as the attempt's files.

        Repeating it after a crash completes it. Links that lead outside the folder are left out,
        and so is what cannot be read.

        Raises:
            ValueError: no artifacts can be kept under such an id or number.
        """

    def list(self, trial_id: str, job_id: str, attempt: int) -> Sequence[ArtifactFile]:
        """The attempt's files, sorted by path; empty for an unknown attempt."""

    def open(self, trial_id: str, job_id: str, attempt: int, path: str) -> BinaryIO:
        """One file, to read and to seek in.

        Raises:
            FileNotFoundError: the attempt left no such file, or it leads outside.
        """

    def append_log(
        self, trial_id: str, job_id: str, attempt: int, offset: int, chunk: bytes
    ) -> None:
        """Puts a chunk of the attempt's log at `offset`; the same chunk again changes nothing.

        One process writes an attempt's log, one chunk after the other. A log that was removed
        stays so: whatever comes for it is dropped.

        Raises:
            ValueError: the log ends before `offset`, and holes are not kept: send what is missing
                first. Or no artifacts can be kept under such an id or number.
        """

    def read_log(self, trial_id: str, job_id: str, attempt: int, offset: int, limit: int) -> bytes:
        """At most `limit` bytes from `offset`; empty at the end or for an unknown attempt."""

    def location(self, trial_id: str) -> str:
        """Where a person finds the trial's results (a folder or an address)."""
