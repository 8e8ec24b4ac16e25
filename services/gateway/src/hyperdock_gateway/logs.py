"""Reading a piece of a log, from its beginning or from its end, or all of it piece by piece."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

Read: TypeAlias = Callable[[int, int], bytes]

_STRIDE: Final = 64 * 1024


def read_chunk(read: Read, offset: int, limit: int) -> tuple[int, bytes]:
    """At most `limit` bytes and where they begin; a negative offset counts from the end."""
    start = offset if offset >= 0 else max(0, log_end(read) + offset)
    return start, read(start, limit)


def read_to(read: Read, end: int) -> Iterator[bytes]:
    """The log up to `end`, piece by piece."""
    at = 0
    while at < end and (piece := read(at, min(_STRIDE, end - at))):
        yield piece
        at += len(piece)


def log_end(read: Read) -> int:
    """The log's length, which the store does not tell: found by doubling, then by halving."""
    low, high = 0, _STRIDE
    while read(high - 1, 1):
        low, high = high, 2 * high
    while high - low > _STRIDE:
        middle = (low + high) // 2
        low, high = (middle, high) if read(middle - 1, 1) else (low, middle)
    return low + len(read(low, high - low))
