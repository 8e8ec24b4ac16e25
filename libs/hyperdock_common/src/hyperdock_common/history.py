"""Reading the past: the log or one stream of it, in bounded memory; where a moment is in it."""

from collections.abc import Iterable, Iterator
from typing import Final

from hyperdock_common.errors import Archived, OutOfPlace
from hyperdock_common.events import JobEvent, JobProposed, RecordedEvent
from hyperdock_common.events.codec import type_name
from hyperdock_common.ports import LogReader

_PAGE: Final = 500


def history(
    log: LogReader, *, after: int = 0, to: int | None = None, stream: str | None = None
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


def coherent(records: Iterable[RecordedEvent]) -> Iterator[RecordedEvent]:
    """The same, looked at: whatever happens to a job comes after its proposal.

    Raises:
        OutOfPlace: it does not.
    """
    proposed: set[str] = set()
    for record in records:
        event = record.event
        if isinstance(event, JobProposed):
            proposed.add(event.job_id)
        elif isinstance(event, JobEvent) and event.job_id not in proposed:
            what = f"{type_name(event)} of the job {event.job_id}, which was never proposed"
            raise OutOfPlace(record.position, what)
        yield record


def position_at(log: LogReader, moment: float, head: int | None = None) -> int:
    """The last position that was recorded at a moment or before it, up to `head`; 0: none was.

    Found by halving: where a clock was put back, one of the positions that fit. What is in an
    archive that cannot be read is older than the rest.

    Args:
        log: the log.
        moment: seconds since 1970 UTC.
        head: where to look up to; the log's head unless given.
    """
    low, high = 0, log.head() if head is None else head
    while low < high:
        middle = (low + high + 1) // 2
        try:
            (record,) = log.read(middle - 1, 1)
        except Archived as error:
            low = min(max(middle, error.position), high)
            continue
        low, high = (middle, high) if record.recorded_at <= moment else (low, middle - 1)
    return low
