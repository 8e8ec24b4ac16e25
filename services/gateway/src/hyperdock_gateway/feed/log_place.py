"""Where one reader is in the log of a job."""

import asyncio

from hyperdock_gateway.feed.log_text import end_frame, rest_of_character
from hyperdock_gateway.feed.tails import Tail, Tails
from hyperdock_gateway.feed.topics import LogTopic


class LogPlace:
    """Goes from piece to piece, and from attempt to attempt where that is asked for.

    Attributes:
        is_done: everything was given, and nothing comes any more.
    """

    def __init__(self, tails: Tails, topic: LogTopic, attempt: int, bell: asyncio.Event) -> None:
        self._tails = tails
        self._topic = topic
        self._bell = bell
        self._offset = topic.offset
        self._tail = tails.join(topic.job_id, attempt, bell)
        self.is_done = False

    async def next(self) -> bytes | None:
        """A frame; None: there is nothing now, and the bell rings when there is.

        Raises:
            StorageUnavailable: the log cannot be read now.
        """
        tail = self._tail
        if tail.end < 0:
            return None
        if self._offset < 0:
            self._offset = await _from_the_end(tail, self._offset)
        is_over = tail.is_over
        frame, self._offset = await tail.piece(self._offset)
        return self._turn_over() if frame is None and is_over else frame

    def close(self) -> None:
        """Listens no more."""
        self._tails.leave(self._tail, self._bell)

    def _turn_over(self) -> bytes | None:
        tail = self._tail
        if self._topic.onward and tail.has_next:
            self._tail = self._tails.join(tail.job_id, tail.attempt + 1, self._bell)
            self._tails.leave(tail, self._bell)
            self._offset = 0
            self._bell.set()  # the other may have been looked at before
            return None
        self.is_done = True
        return end_frame(tail.job_id, tail.attempt, min(self._offset, tail.end))


async def _from_the_end(tail: Tail, offset: int) -> int:
    """So many bytes before the end, or a little less: not in the middle of a character."""
    begin = max(0, tail.end + offset)
    return begin + (rest_of_character(await tail.read(begin, 4)) if begin else 0)
