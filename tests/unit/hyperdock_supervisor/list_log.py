"""An event log in a list, for tests that open hundreds of them. It keeps the port's contract."""

import threading
from collections.abc import Callable, Collection, Sequence

from hyperdock_common.errors import Conflict
from hyperdock_common.events import Envelope, RecordedEvent
from hyperdock_common.events.codec import decode, encode


class ListLog:
    """An `EventLog`. What it gives back has been bytes in between, as in a real one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._facts: list[RecordedEvent] = []
        self._ids: set[str] = set()
        self._pulses: list[RecordedEvent] = []
        self._pulses_before = 0

    def append(self, expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        """See `EventLog.append`."""
        ids = {each.event_id for each in batch}
        with self._lock:
            if not batch:
                raise ValueError("an append needs at least one event")
            if expected != len(self._facts):
                raise Conflict(expected, len(self._facts))
            if len(ids) < len(batch) or ids & self._ids:
                raise ValueError("an event of the batch is in the log already")
            records = self._recorded(batch, expected)
            self._facts += records
            self._ids |= ids
        return records

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> Sequence[RecordedEvent]:
        """See `EventLog.read`."""
        with self._lock:
            behind = self._facts[after:]
        return [each for each in behind if stream in (None, each.envelope.stream)][:limit]

    def head(self) -> int:
        """See `EventLog.head`."""
        with self._lock:
            return len(self._facts)

    def known(self, event_ids: Collection[str]) -> set[str]:
        """See `EventLog.known`."""
        with self._lock:
            return self._ids & set(event_ids)

    def find(self, event_id: str) -> RecordedEvent | None:
        """See `EventLog.find`."""
        with self._lock:
            found = (each for each in self._facts if each.envelope.event_id == event_id)
            return next(found, None)

    def append_pulses(
        self, batch: Sequence[Envelope], keep_seconds: float, keep_count: int | None = None
    ) -> None:
        """See `EventLog.append_pulses`."""
        oldest = self._clock() - keep_seconds
        with self._lock:
            pulses = self._recorded(batch, self._pulses_before)
            self._pulses_before += len(pulses)
            self._pulses = [each for each in self._pulses if each.recorded_at >= oldest] + pulses
            if keep_count is not None:
                self._pulses = self._pulses[-keep_count:]

    def read_pulses(self, after: int, limit: int = 500) -> Sequence[RecordedEvent]:
        """See `EventLog.read_pulses`."""
        with self._lock:
            return [each for each in self._pulses if each.position > after][:limit]

    def _recorded(self, batch: Sequence[Envelope], after: int) -> list[RecordedEvent]:
        now = self._clock()
        return [
            RecordedEvent(position=position, recorded_at=now, envelope=decode(encode(envelope)))
            for position, envelope in enumerate(batch, after + 1)
        ]
