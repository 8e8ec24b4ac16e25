"""Reading the log from its end, which as a log reads forward only.

Of the log as a whole that is one range. The events of a stream may stand wide apart: how wide a
range holds enough of them, and not too many, has to be tried.
"""

from collections.abc import Sequence

from hyperdock_common.events import RecordedEvent
from hyperdock_common.ports import LogReader


def read_before(
    log: LogReader, below: int, limit: int, *, stream: str | None = None
) -> tuple[Sequence[RecordedEvent], int]:
    """The newest facts below a position, in order, and behind which position these are all.

    At most `limit`; of a stream maybe fewer though there are more, but then half as many at least.

    Args:
        log: at least as long as `below` says.
        below: the position that none of them reaches.
        limit: how many, at least one.
        stream: whose events; None: all.
    """
    if stream is None:
        start = max(below - 1 - limit, 0)
        return _within(log, start, below, limit), start
    return _of_stream(log, stream, below, limit)


def _of_stream(
    log: LogReader, stream: str, below: int, limit: int
) -> tuple[Sequence[RecordedEvent], int]:
    """Looks back twice as far each time, until there is enough, or more than that."""
    start, found, width = below - 1, list[RecordedEvent](), limit
    while start and len(found) * 2 < limit:
        further = max(below - 1 - width, 0)
        tried = _within(log, further, below, limit + 1, stream)
        if len(tried) > limit:
            return _between(log, stream, below, limit, further, start)
        start, found, width = further, tried, width * 2
    return found, start


def _between(
    log: LogReader, stream: str, below: int, limit: int, many: int, few: int
) -> tuple[Sequence[RecordedEvent], int]:
    """Behind `many` there are more than `limit`, behind `few` less than half as many."""
    found: list[RecordedEvent] = []
    while len(found) * 2 < limit:
        middle = (many + few) // 2
        tried = _within(log, middle, below, limit + 1, stream)
        if len(tried) > limit:
            many = middle
        else:
            few, found = middle, tried
    return found, few


def _within(
    log: LogReader, after: int, below: int, limit: int, stream: str | None = None
) -> list[RecordedEvent]:
    return [each for each in log.read(after, limit, stream=stream) if each.position < below]
