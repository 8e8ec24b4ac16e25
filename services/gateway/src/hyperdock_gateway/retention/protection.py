"""Which logs stay whatever happens: of jobs that have not ended, and of the best ones."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from hyperdock_common.ports import EventLog, KeptLog, ViewStore
from hyperdock_gateway.documents import best_job
from hyperdock_gateway.retention.policy import Candidate

_ENDED: Final = frozenset({"succeeded", "failed", "pruned", "cancelled"})
_VIEWS: Final = ("jobs", "trials")


class Protection:
    """Knows from the views which logs somebody needs."""

    def __init__(self, views: ViewStore) -> None:
        self._views = views

    def candidates(self, logs: Sequence[KeptLog]) -> Iterator[Candidate]:
        """The logs with what is known of their jobs. What is not known stays."""
        jobs: Any = self._views.get_many("jobs", [each.job_id for each in logs])
        best = self._best(sorted({each.trial_id for each in logs}))
        for log in logs:
            job = jobs.get(log.job_id)
            is_known = job is not None and job["trial_id"] == log.trial_id
            has_ended = is_known and job["state"] in _ENDED
            ended_at = job["finished_at"] if has_ended else None
            written_at = log.changed_at if log.changed_at is not None else ended_at
            is_free = has_ended and log.trial_id in best and best[log.trial_id] != log.job_id
            yield Candidate(
                log=log,
                written_at=written_at or 0.0,
                is_protected=not is_free or written_at is None,
            )

    def _best(self, trial_ids: Sequence[str]) -> dict[str, str | None]:
        """The best job of each trial that is known; None where it has none."""
        trials: Any = self._views.get_many("trials", trial_ids)
        found: dict[str, str | None] = {}
        for trial_id, trial in trials.items():
            best: Any = best_job(self._views, trial)
            found[trial_id] = best and best["job_id"]
        return found


def views_are_current(log: EventLog, views: ViewStore) -> bool:
    """Whether the views know of all that is in the log.

    Views that are made anew know jobs that ended and not yet which one is the best.
    """
    head = log.head()
    return all(views.position(each) >= head for each in _VIEWS)
