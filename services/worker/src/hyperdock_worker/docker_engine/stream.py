"""What the engine sends bit by bit, in a form that another thread may end."""

from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")


class Stream(Generic[_T]):
    """What the engine sends bit by bit; it may be closed from another thread, and then just ends.

    It also just ends when the engine goes away: whoever reads it looks after the container anyway.
    """

    def __init__(self, items: Iterator[_T], *closed_by: Any) -> None:
        self._items = items
        self._closed_by = closed_by

    def __enter__(self) -> "Stream[_T]":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[_T]:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - see Engine._connected

        # The last two come from the depths of the HTTP client when it is closed while it reads.
        with suppress(HTTPError, OSError, ValueError, AttributeError):
            yield from self._items

    def close(self) -> None:
        """Ends it, also for the thread that reads it."""
        for each in self._closed_by:
            # It may have ended, and then there is no socket any more where docker-py looks for it.
            with suppress(OSError, ValueError, AttributeError):
                each.close()
