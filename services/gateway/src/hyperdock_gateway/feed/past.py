"""A page of the log for a reader who is behind the newest facts."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import RecordedEvent
from hyperdock_common.ports import LogReader
from hyperdock_gateway.feed.messages import Message, to_message

PAGE: Final = 200


def read_past(
    log: LogReader, streams: Sequence[str | None], after: int, end: int
) -> tuple[Sequence[Message], int]:
    """Facts of these streams (None: of all) behind `after`, and up to where these are all.

    Never beyond `end`: what comes after it is not to be told yet.

    Raises:
        StorageUnavailable, DecodeError: as the log raises them.
    """
    pages = [log.read(after, PAGE, stream=stream) for stream in streams]
    to = min([end, *(page[-1].position for page in pages if len(page) == PAGE)])
    found = [record for page in pages for record in page if record.position <= to]
    if None in streams:
        _check_whole(found, after, to)
    found.sort(key=attrgetter("position"))
    return [to_message(record) for record in found], to


def _check_whole(found: Sequence[RecordedEvent], after: int, to: int) -> None:
    if len(found) < to - after:
        raise StorageUnavailable(f"the log does not show yet what stands behind {after}")
