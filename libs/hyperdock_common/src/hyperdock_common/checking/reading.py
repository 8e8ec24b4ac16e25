"""Reads a log that may be broken: over holes, which a log refuses to read or ends at."""

from collections.abc import Iterator, Sequence
from typing import Final

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import RecordedEvent
from hyperdock_common.ports import EventLog

_PAGE: Final = 500
_WIDEST_HOLE: Final = 2000


def readable(log: EventLog, after: int = 0, to: int | None = None) -> Iterator[RecordedEvent]:
    """All that can be read behind `after`, up to `to` or the end. A hole shows in the positions.

    Raises:
        StorageUnavailable, DecodeError: as the log raises them.
    """
    head = log.head()
    while to is None or after < to:
        page = _page(log, after, head)
        for record in page:
            if to is not None and record.position > to:
                return
            yield record
        if not page:
            return
        after = max(after + 1, page[-1].position)


def _page(log: EventLog, after: int, head: int) -> Sequence[RecordedEvent]:
    try:
        page = log.read(after, _PAGE)
    except StorageUnavailable:
        if log.head() <= after:  # raises where it is the store that is away
            raise
        page = ()
    if page or after >= head:
        return page
    return _behind_hole(log, after, head)


def _behind_hole(log: EventLog, after: int, head: int) -> Sequence[RecordedEvent]:
    """The first page behind a hole; none where it is too wide. First it is looked for again."""
    for place in range(after, min(after + _WIDEST_HOLE, head)):
        try:
            if page := log.read(place, _PAGE):
                return page
        except StorageUnavailable:
            log.head()  # raises where it is the store that is away
    return ()
