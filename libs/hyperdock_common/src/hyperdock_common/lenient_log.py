"""A log for those who only show it: what a later release recorded is shown as it is.

While releases are exchanged one by one, an older gateway meets events that it does not know. They
are in the log, and whoever follows it hears of them, flagged as what they are. Who folds or decides
reads the log itself, which refuses them: a fold that passed over a fact would be wrong ever after.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import structlog

from hyperdock_common.errors import UnknownEvent
from hyperdock_common.events import RecordedEvent
from hyperdock_common.events.codec import decode_kept
from hyperdock_common.events.foreign import ForeignEvent
from hyperdock_common.ports import EventLog, StoredEvent, StoredLog

_PAGE: Final = 500

_log = structlog.get_logger(__name__)


class LenientLog:
    """A `LogReader` over a log. What this release does not know comes as a `ForeignEvent`.

    Errors are those of the log; what can be read by nobody stays a `DecodeError`.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._flagged: set[str] = set()

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> Sequence[RecordedEvent]:
        """See `EventLog.read`."""
        try:
            return self._log.read(after, limit, stream=stream)
        except UnknownEvent:
            if not isinstance(self._log, StoredLog):
                raise
            return self._read_kept(self._log, after, limit, stream)

    def head(self) -> int:
        """See `EventLog.head`."""
        return self._log.head()

    def find(self, event_id: str) -> RecordedEvent | None:
        """See `EventLog.find`."""
        try:
            return self._log.find(event_id)
        except UnknownEvent as error:
            return next(iter(self.read(error.position - 1, 1)), None)

    def _read_kept(
        self, log: StoredLog, after: int, limit: int, stream: str | None
    ) -> Sequence[RecordedEvent]:
        found: list[RecordedEvent] = []
        for fact in _consecutive(log, after):
            if len(found) == limit:
                break
            if stream in (None, fact.stream):
                record = decode_kept(fact.position, fact.recorded_at, fact.body)
                self._flag(record)
                found.append(record)
        return found

    def _flag(self, record: RecordedEvent) -> None:
        """Says it once of each type: a log may hold very many."""
        event: object = record.event
        if isinstance(event, ForeignEvent) and event.type not in self._flagged:
            self._flagged.add(event.type)
            remedy = "it is kept and shown as it is; update this service"
            _log.warning("unknown_event", type=event.type, position=record.position, remedy=remedy)


def _consecutive(log: StoredLog, after: int) -> Iterator[StoredEvent]:
    """The facts behind a position up to the first hole: what is in it may be yet to be seen."""
    while page := log.stored(after, _PAGE):
        for fact in page:
            if fact.position != after + 1:
                return
            after = fact.position
            yield fact
