"""Which events the log holds: what dedupe asks for every delivery, without asking the log."""

from collections import OrderedDict
from collections.abc import Collection
from typing import Final

from hyperdock_common.ports import EventLog

REMEMBERED: Final = 50_000
"""Event ids that are kept in memory: a repetition comes seconds or minutes after the first time."""


class Recorded:
    """The ids of the newest recorded events.

    An older one that comes again is refused by the log when it is appended, and then asked for: the
    log is always right, and need not be asked otherwise.
    """

    def __init__(self, capacity: int = REMEMBERED) -> None:
        self._capacity = capacity
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._doubtful = False

    def add(self, event_id: str) -> None:
        """One more recorded event."""
        self._ids[event_id] = None
        if len(self._ids) > self._capacity:
            self._ids.popitem(last=False)

    def doubt(self) -> None:
        """The log refused an event that it holds: it is asked the next time."""
        self._doubtful = True

    def among(self, event_ids: Collection[str], log: EventLog) -> set[str]:
        """Which of these are recorded; without a doubt, those that are remembered.

        Raises:
            StorageUnavailable: the log had to be asked.
        """
        seen = {each for each in event_ids if each in self._ids}
        if self._doubtful:
            seen |= log.known(set(event_ids) - seen)
            self._doubtful = False
        return seen
