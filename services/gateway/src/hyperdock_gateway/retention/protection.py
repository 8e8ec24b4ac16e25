"""Which logs stay whatever happens: of jobs that have not ended, and of the best ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import KeptLog, ViewStore
from hyperdock_gateway.documents import best_job
from hyperdock_gateway.retention.policy import Candidate

_ENDED: Final = frozenset({"succeeded", "failed", "pruned", "cancelled"})
_VIEWS: Final = ("jobs", "trials")
_AT_ONCE: Final = 100
_ANEW: Final = "the views are made anew, so the rest was left for the next look"


class Protection:
    """Knows from the views which logs somebody needs.

    Views that are made anew know jobs that ended and not yet which one is the best. So each answer
    counts only if the views show all that had happened before, when it has been found.
    """

    def __init__(self, views: ViewStore) -> None:
        self._views = views
        self._head = 0

    def rely_on(self, head: int) -> bool:
        """Whether the views know of all that happened up to there; from now on they have to."""
        self._head = head
        return all(self._views.position(each) >= head for each in _VIEWS)

    def dated(self, logs: Iterable[KeptLog]) -> Iterator[KeptLog]:
        """The logs; those that do not tell when they were written to, with the end of their job.

        Where that is not known either they are left out, for they stay.

        Raises:
            StorageUnavailable: the views do not answer, or are made anew.
        """
        undated: list[KeptLog] = []
        for log in logs:
            if log.changed_at is not None:
                yield log
                continue
            undated.append(log)
            if len(undated) == _AT_ONCE:
                yield from self._by_jobs(undated)
                undated = []
        if undated:
            yield from self._by_jobs(undated)

    def candidates(self, logs: Sequence[KeptLog]) -> Sequence[Candidate]:
        """The logs, which are dated, with what is known of their jobs. What is not known stays.

        Raises:
            StorageUnavailable: the views do not answer, or are made anew.
        """
        jobs = self._jobs(logs)
        best = self._best(sorted({each.trial_id for each in logs}))
        self._refuse_anew()
        return [
            Candidate(
                log=log,
                written_at=log.changed_at or 0.0,
                is_protected=_ended_at(jobs, log) is None
                or best.get(log.trial_id, log.job_id) == log.job_id,
            )
            for log in logs
        ]

    def _by_jobs(self, logs: Sequence[KeptLog]) -> Iterator[KeptLog]:
        jobs = self._jobs(logs)
        self._refuse_anew()
        for log in logs:
            if (ended_at := _ended_at(jobs, log)) is not None:
                yield replace(log, changed_at=ended_at)

    def _jobs(self, logs: Sequence[KeptLog]) -> Any:
        return self._views.get_many("jobs", sorted({each.job_id for each in logs}))

    def _best(self, trial_ids: Sequence[str]) -> dict[str, str | None]:
        """The best job of each trial that is known; None where it has none."""
        trials: Any = self._views.get_many("trials", trial_ids)
        found: dict[str, str | None] = {}
        for trial_id, trial in trials.items():
            best: Any = best_job(self._views, trial)
            found[trial_id] = best and best["job_id"]
        return found

    def _refuse_anew(self) -> None:
        if not self.rely_on(self._head):
            raise StorageUnavailable(_ANEW)


def _ended_at(jobs: Any, log: KeptLog) -> float | None:
    """When the job of a log ended; None where it has not, or is not known."""
    job: JsonObject | None = jobs.get(log.job_id)
    if job is None or job["trial_id"] != log.trial_id or job["state"] not in _ENDED:
        return None
    ended_at = job["finished_at"]
    return ended_at if isinstance(ended_at, int | float) else None
