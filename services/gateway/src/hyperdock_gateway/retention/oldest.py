"""All logs by age, some thousand at a time: however many there are, few are held at once."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from hyperdock_common.ports import KeptLog

PAGE: Final = 5_000


class Survey:
    """Counts what it passes on.

    Attributes:
        count: how many logs came.
        size: their bytes.
    """

    def __init__(self) -> None:
        self.count = 0
        self.size = 0

    def over(self, logs: Iterable[KeptLog], pause: Callable[[], None]) -> Iterator[KeptLog]:
        """The logs, with a pause now and then."""
        for log in logs:
            self.count += 1
            self.size += log.size
            pause()
            yield log


def oldest(
    logs: Iterable[KeptLog], after: KeptLog | None = None, count: int = PAGE
) -> list[KeptLog]:
    """So many logs in order of age, behind one of them; all of them are dated."""
    if after is not None:
        place = _place(after)
        logs = (each for each in logs if _place(each) > place)
    return heapq.nsmallest(count, logs, key=_place)


def _place(log: KeptLog) -> tuple[float, str, str, int]:
    return log.changed_at or 0.0, log.trial_id, log.job_id, log.attempt
