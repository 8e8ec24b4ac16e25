"""The logs that somebody listens to: each is looked at once for everybody, and only meanwhile."""

import asyncio
from functools import partial
from typing import Any, Final, TypeAlias

import structlog

from hyperdock_gateway.feed.log_text import log_frame, whole_text
from hyperdock_gateway.feed.threads import Threads
from hyperdock_gateway.logs import log_end
from hyperdock_gateway.services import Services

Key: TypeAlias = tuple[str, int]
Piece: TypeAlias = tuple[bytes | None, int]
"""A frame, if there is one, and where the next one begins."""

PIECE: Final = 32 * 1024
KEPT: Final = 2 * PIECE
_LIVE: Final = ("pending", "running")
AWAY: Final = 1.0

log = structlog.get_logger(__name__)


class Tail:
    """The end of one attempt's log, and what of it came lately.

    Attributes:
        end: how long the log is as far as is known; -1 before it was looked at.
        is_over: nothing comes any more.
        has_next: the job has a later attempt.
    """

    def __init__(self, services: Services, threads: Threads, key: Key, pause: float) -> None:
        self.job_id, self.attempt = key
        self.end = -1
        self.is_over = False
        self.has_next = False
        self.bells: set[asyncio.Event] = set()
        self._views = services.views
        self._threads = threads
        self._pause = pause
        trial_id = self.job_id.rpartition(".")[0]
        self._read = partial(services.artifacts.read_log, trial_id, self.job_id, self.attempt)
        self._kept = b""
        self._pieces: dict[int, Piece] = {}
        self._ended = False
        self._task = asyncio.create_task(self._follow())

    def close(self) -> None:
        """Looks no more."""
        self._task.cancel()

    async def piece(self, offset: int) -> Piece:
        """The log's next piece from `offset`, with what is there of it.

        Raises:
            StorageUnavailable: it cannot be read now.
        """
        if offset >= self.end:
            return None, offset
        begin = offset - (self.end - len(self._kept))
        if begin < 0:
            return self._piece(offset, await self.read(offset, PIECE))
        if offset not in self._pieces:
            self._pieces[offset] = self._piece(offset, self._kept[begin : begin + PIECE])
        return self._pieces[offset]

    async def read(self, offset: int, limit: int) -> bytes:
        """Some bytes, from the store."""
        return await self._threads.run(self._read, offset, limit)

    def _piece(self, offset: int, chunk: bytes) -> Piece:
        is_last = self.is_over and offset + len(chunk) >= self.end
        text, count = whole_text(chunk, is_last=is_last)
        if not count:
            return None, offset
        to = offset + count
        return log_frame(self.job_id, self.attempt, offset, to, text), to

    async def _follow(self) -> None:
        while not self.is_over:
            try:
                if await self._look():
                    continue
            except Exception as error:  # noqa: BLE001  whatever it was, somebody listens
                log.warning("log_tail_waits", job=self.job_id, reason=str(error))
                await asyncio.sleep(AWAY)
            await asyncio.sleep(self._pause)

    async def _look(self) -> bool:
        """Takes what has come; whether to look again at once."""
        if self.end < 0:
            self._arrive(b"", await self._threads.run(log_end, self._read))
            return True
        chunk = await self.read(self.end, PIECE)
        if chunk:
            self._arrive(chunk, self.end + len(chunk))
            return len(chunk) == PIECE
        if self._ended:  # and was so before this look, which found nothing more
            self.is_over = True
            self._arrive(b"", self.end)
            return False
        self._ended = await self._threads.run(self._has_ended)
        return self._ended

    def _has_ended(self) -> bool:
        job: Any = self._views.get("jobs", self.job_id)
        if job is None:  # the views are being made anew
            return False
        self.has_next = job["attempt"] > self.attempt
        return self.has_next or job["state"] not in _LIVE

    def _arrive(self, chunk: bytes, end: int) -> None:
        self._kept = (self._kept + chunk)[-KEPT:]
        self._pieces = {}
        self.end = end
        for bell in self.bells:
            bell.set()


class Tails:
    """All logs that somebody listens to."""

    def __init__(self, services: Services, threads: Threads, pause: float) -> None:
        self._services = services
        self._threads = threads
        self._pause = pause
        self._tails: dict[Key, Tail] = {}

    def __len__(self) -> int:
        return len(self._tails)

    def join(self, job_id: str, attempt: int, bell: asyncio.Event) -> Tail:
        """The tail of an attempt's log; it rings the bell at every change."""
        key = (job_id, attempt)
        if key not in self._tails:
            self._tails[key] = Tail(self._services, self._threads, key, self._pause)
        self._tails[key].bells.add(bell)
        return self._tails[key]

    def leave(self, tail: Tail, bell: asyncio.Event) -> None:
        """One listener less; the last one ends the looking."""
        tail.bells.discard(bell)
        if not tail.bells:
            self._tails.pop((tail.job_id, tail.attempt), None)
            tail.close()

    def close(self) -> None:
        """Ends all looking."""
        for tail in self._tails.values():
            tail.close()
        self._tails.clear()
