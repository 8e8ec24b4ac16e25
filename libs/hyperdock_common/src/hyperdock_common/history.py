"""Reading the past: the log, or one stream of it, in bounded memory."""

from collections.abc import Iterator
from typing import Final

from hyperdock_common.events import RecordedEvent
from hyperdock_common.ports import EventLog

_PAGE: Final = 500


def history(
    log: EventLog, *, after: int = 0, to: int | None = None, stream: str | None = None
) -> Iterator[RecordedEvent]:
    """The facts behind `after`, in order, up to `to` or the end; of one stream if named.

    The end is the one that the log has when it is reached.

    Raises:
        StorageUnavailable, DecodeError: as the log raises them.
    """
    while to is None or after < to:
        page = log.read(after, _PAGE, stream=stream)
        for record in page:
            if to is not None and record.position > to:
                return
            yield record
        if not page:
            return
        after = page[-1].position
