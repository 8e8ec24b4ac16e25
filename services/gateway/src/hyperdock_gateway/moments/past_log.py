"""The log as it was at a moment: what came after it is not there yet."""

from collections.abc import Collection, Sequence
from typing import NoReturn

from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.ports import EventLog


class PastLog:
    """An `EventLog` to be read only, up to a position. Pulses are not of the past: it has none."""

    def __init__(self, log: EventLog, position: int) -> None:
        self._log = log
        self._position = position

    def append(self, expected: int, batch: Sequence[Envelope]) -> NoReturn:
        """Nothing is recorded in the past."""
        raise TypeError(f"{len(batch)} events cannot be recorded behind {expected} in the past")

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> Sequence[RecordedEvent]:
        """See `EventLog.read`."""
        most = min(limit, self._position - max(after, 0))  # no more events are there, of whatever
        if most <= 0:
            return []
        records = self._log.read(after, most, stream=stream)
        return [each for each in records if each.position <= self._position]

    def head(self) -> int:
        """See `EventLog.head`."""
        return self._position

    def known(self, event_ids: Collection[str]) -> set[str]:
        """See `EventLog.known`."""
        return {each for each in self._log.known(event_ids) if self.find(each) is not None}

    def find(self, event_id: str) -> RecordedEvent | None:
        """See `EventLog.find`."""
        found = self._log.find(event_id)
        return found if found is not None and found.position <= self._position else None

    def append_pulses(
        self, batch: Sequence[Envelope], keep_seconds: float, keep_count: int | None = None
    ) -> NoReturn:
        """Nothing is recorded in the past."""
        raise TypeError(
            f"{len(batch)} pulses cannot be kept in the past ({keep_seconds} s, {keep_count})"
        )

    def read_pulses(self, after: int, limit: int = 500) -> Sequence[RecordedEvent]:  # noqa: ARG002
        """None is kept long enough to tell."""
        return []
