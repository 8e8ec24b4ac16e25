"""Logs that exist by name only, for the tests of retention."""

from collections.abc import Iterator

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports import KeptLog, RemovedLog

Place = tuple[str, str, int]


class Shelf:
    """Keeps `KeptLogs`; those in `stuck` cannot be removed."""

    def __init__(self, *logs: KeptLog) -> None:
        self.kept = {place(each): each for each in logs}
        self.removed: dict[Place, RemovedLog] = {}
        self.stuck: set[Place] = set()

    def logs(self) -> Iterator[KeptLog]:
        """See `KeptLogs.logs`."""
        return iter(list(self.kept.values()))

    def remove_log(
        self, trial_id: str, job_id: str, attempt: int, *, reason: str, at: float
    ) -> RemovedLog | None:
        """See `KeptLogs.remove_log`."""
        where = (trial_id, job_id, attempt)
        if where in self.stuck:
            raise StorageUnavailable(f"{job_id} is locked")
        if (log := self.kept.pop(where, None)) is None:
            return None
        self.removed[where] = RemovedLog(size=log.size, removed_at=at, reason=reason)
        return self.removed[where]

    def removed_log(self, trial_id: str, job_id: str, attempt: int) -> RemovedLog | None:
        """See `KeptLogs.removed_log`."""
        return self.removed.get((trial_id, job_id, attempt))


def place(log: KeptLog) -> Place:
    """What a log is found by."""
    return log.trial_id, log.job_id, log.attempt


def log(number: int, size: int = 10, changed_at: float | None = 0.0) -> KeptLog:
    """The log of a job's first attempt."""
    return KeptLog(trial_id="t", job_id=f"t.{number}", attempt=1, size=size, changed_at=changed_at)
