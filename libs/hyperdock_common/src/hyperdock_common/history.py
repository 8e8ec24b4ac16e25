"""Reading the past: the log, or one stream of it, from a position to its head."""

from collections.abc import Iterator

from hyperdock_common.events import RecordedEvent
from hyperdock_common.ports import EventLog

_BATCH = 1000


def history(
    log: EventLog, *, after: int = 0, stream: str | None = None
) -> Iterator[RecordedEvent]:
    """Every recorded event behind `after`, in order, in bounded memory; of one stream if named."""
    while records := log.read(after, _BATCH, stream=stream):
        yield from records
        after = records[-1].position
