"""One sweep: looks at all logs, and removes those that are due."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol

import structlog

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports import KeptLog, KeptLogs
from hyperdock_gateway.retention.oldest import PAGE, Survey, oldest
from hyperdock_gateway.retention.policy import Candidate, Due, Selection
from hyperdock_gateway.retention.settings import RetentionSettings
from hyperdock_gateway.retention.wording import reason_of

_AT_ONCE: Final = 100
_MOST_FAILURES: Final = 10
_log = structlog.get_logger(__name__)


class Knowledge(Protocol):
    """What decides whether logs may go."""

    def dated(self, logs: Iterable[KeptLog]) -> Iterable[KeptLog]:
        """The logs that may ever go, each with when it was written to."""

    def candidates(self, logs: Sequence[KeptLog]) -> Iterable[Candidate]:
        """Dated logs, in the same order, with whether they have to stay."""


@dataclass(slots=True, kw_only=True)
class Sweep:
    """What one sweep found and did.

    Attributes:
        began_at: by the wall clock.
        ended_at: likewise; None while it is under way, or where it was ended early.
        logs: how many there were.
        size: their bytes.
        removed: how many of them it removed.
        removed_size: their bytes.
        problem: what was in its way, in a sentence; empty: nothing.
    """

    began_at: float
    ended_at: float | None = None
    logs: int = 0
    size: int = 0
    removed: int = 0
    removed_size: int = 0
    problem: str = ""


class Sweeper:
    """Goes through the logs of a store.

    Args:
        artifacts: the logs.
        knowledge: what is known of them.
        settings: how much is kept.
        clock: wall clock.
        page: how many logs are held at once.
    """

    def __init__(
        self,
        artifacts: KeptLogs,
        knowledge: Knowledge,
        settings: RetentionSettings,
        clock: Callable[[], float],
        page: int = PAGE,
    ) -> None:
        self._artifacts = artifacts
        self._knowledge = knowledge
        self._settings = settings
        self._clock = clock
        self._page = page

    def run(self, sweep: Sweep, pause: Callable[[], None]) -> None:
        """Does a sweep, and notes in it what it does.

        Raises:
            StorageUnavailable: a store does not answer; another sweep goes on.
            Stopped: by the pause.
        """
        survey, failures = Survey(), 0
        page = self._oldest(survey, pause)
        sweep.logs, sweep.size = survey.count, survey.size
        selection = Selection(self._settings, survey.size, sweep.began_at)
        for candidate in self._candidates(page, selection, pause):
            if (due := selection.due(candidate)) is None:
                continue
            pause()
            try:
                self._remove(candidate.log, due, sweep)
            except StorageUnavailable as error:
                failures += 1
                sweep.problem = str(error)
                if failures >= _MOST_FAILURES:
                    raise
                continue
            selection.removed(candidate.log)

    def _candidates(
        self, page: list[KeptLog], selection: Selection, pause: Callable[[], None]
    ) -> Iterator[Candidate]:
        """The logs by age, as long as any can be due."""
        while page:
            waiting = iter(page)
            while some := list(islice(waiting, _AT_ONCE)):
                if selection.is_over_at(some[0].changed_at or 0.0):
                    return
                pause()
                yield from self._knowledge.candidates(some)
            if len(page) < self._page:
                return
            page = self._oldest(Survey(), pause, page[-1])

    def _oldest(
        self, survey: Survey, pause: Callable[[], None], after: KeptLog | None = None
    ) -> list[KeptLog]:
        logs = self._knowledge.dated(survey.over(self._artifacts.logs(), pause))
        return oldest(logs, after, self._page)

    def _remove(self, log: KeptLog, due: Due, sweep: Sweep) -> None:
        reason = reason_of(due, self._settings)
        place = log.trial_id, log.job_id, log.attempt
        if self._artifacts.remove_log(*place, reason=reason, at=self._clock()) is not None:
            sweep.removed += 1
            sweep.removed_size += log.size
            _log.debug("log_removed", job=log.job_id, attempt=log.attempt, reason=due.value)
