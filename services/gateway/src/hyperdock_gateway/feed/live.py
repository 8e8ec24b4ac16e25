"""The newest recorded facts, encoded once for every reader of the live feed.

One thread follows the log; a second one holds each fact back until the views show it, and hands it
to the event loop, which keeps the last few thousand. Readers have nothing but a position: who is
near the head reads here, who is behind reads the log. So no reader, however slow, costs more than
one page of memory.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from hyperdock_common.errors import DecodeError, StorageUnavailable
from hyperdock_common.events import RecordedEvent
from hyperdock_common.feed import follow
from hyperdock_common.history import history
from hyperdock_common.ports import LogReader, Subscription
from hyperdock_gateway.feed.messages import Message, to_message
from hyperdock_gateway.feed.shown import Shown, views_of
from hyperdock_gateway.services import Services

KEPT: Final = 2048
KEPT_BYTES: Final = 32 * 1024 * 1024
BEFORE: Final = 1000
"""How much of the past is kept from the start: those who come back find it here, read once."""
PAGE: Final = 200
_PAUSE: Final = 1.0
_LONG_PAUSE: Final = 60.0
_LOOK: Final = 0.02
_TICK: Final = 0.5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """A fact on its way to the readers; without a message: only the place where they begin."""

    position: int
    message: Message | None
    views: tuple[str, ...]
    until: float


class LiveFeed:
    """Follows the log. Made and read in the event loop.

    Guarantees: who hears an event and then asks for what it has changed sees it changed, or newer.
    Where the views take longer than `hold` seconds the event is told all the same.
    """

    def __init__(self, services: Services, hold: float) -> None:
        self._log: LogReader = services.shown_log
        self._feed = services.bus
        self._hold = hold
        self._shown = Shown(services.views)
        self._kept: list[Message] = []
        self._bytes = 0
        self._loop = asyncio.get_running_loop()
        self._bells: set[asyncio.Event] = set()
        self._stop = threading.Event()
        self._held: queue.Queue[_Held] = queue.Queue(KEPT)
        self._subscription: Subscription | None = None
        self._threads: list[threading.Thread] = []
        self.end = -1
        """The newest position that has arrived here; -1 before the beginning is known."""

    def start(self) -> None:
        """Begins to follow."""
        self._subscription = self._feed.subscribe()
        self._threads = [
            threading.Thread(
                target=self._follow, args=(self._subscription,), name="live-feed", daemon=True
            ),
            threading.Thread(target=self._release, name="live-feed-views", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends following; returns when the threads have ended."""
        self._stop.set()
        if self._subscription is not None:
            self._subscription.close()
        with contextlib.suppress(queue.Full):  # nobody waits for something then
            self._held.put_nowait(_Held(self.end, None, (), 0.0))
        for thread in self._threads:
            thread.join()

    def join(self, bell: asyncio.Event) -> None:
        """Rings it at every arrival."""
        self._bells.add(bell)

    def leave(self, bell: asyncio.Event) -> None:
        """Rings it no more."""
        self._bells.discard(bell)

    async def reach(self, position: int, timeout: float) -> None:  # noqa: ASYNC109  gives up quietly
        """Returns when the feed has come to a position, or after so many seconds."""
        bell = asyncio.Event()
        self.join(bell)
        try:
            async with asyncio.timeout(timeout):
                while self.end < position:
                    bell.clear()
                    await bell.wait()
        except TimeoutError:
            log.warning("feed_behind", position=self.end, asked=position)
        finally:
            self.leave(bell)

    def since(self, position: int) -> Sequence[Message] | None:
        """Some facts right behind `position`, none at the head; None: read them from the log."""
        if position >= self.end:
            return ()
        behind = self.end - position
        if behind > len(self._kept):
            return None
        first = len(self._kept) - behind
        return self._kept[first : first + PAGE]

    def _follow(self, subscription: Subscription) -> None:
        position = -1
        while not self._stop.is_set():
            pause = _PAUSE
            try:
                if position < 0:
                    position = self._begin()
                for record in follow(self._log, subscription, position, self._stop):
                    self._hold_back(record)
                    position = record.position
            except StorageUnavailable as error:
                log.warning("live_feed_waits", reason=str(error))
            except DecodeError as error:
                log.error("live_feed_blocked", position=position, reason=str(error))  # noqa: TRY400
                pause = _LONG_PAUSE  # time does not mend it
            self._stop.wait(pause)

    def _begin(self) -> int:
        """Takes the newest past, where it can be read; returns where to go on from."""
        head = self._log.head()
        first = max(0, head - BEFORE)
        self._put(_Held(first, None, (), 0.0))
        try:
            for record in history(self._log, after=first, to=head):
                self._hold_back(record)
        except DecodeError:
            self._put(_Held(head, None, (), 0.0))
        return head

    def _hold_back(self, record: RecordedEvent) -> None:
        until = time.monotonic() + self._hold
        self._put(_Held(record.position, to_message(record), views_of(record.event), until))

    def _put(self, held: _Held) -> None:
        while not self._stop.is_set():
            try:
                self._held.put(held, timeout=_TICK)
            except queue.Full:
                continue
            return

    def _release(self) -> None:
        held: deque[_Held] = deque()
        while not self._stop.is_set():
            self._take(held)
            if self._stop.is_set():
                return
            if ready := self._ready(held):
                self._hand_over(ready)
            elif held:
                self._stop.wait(_LOOK)

    def _take(self, held: deque[_Held]) -> None:
        """Takes what has come; waits for something where there is nothing to look at."""
        try:
            if not held:
                held.append(self._held.get(timeout=_TICK))
            while len(held) < KEPT:
                held.append(self._held.get_nowait())
        except queue.Empty:
            pass

    def _ready(self, held: deque[_Held]) -> list[_Held]:
        """Takes off what the views show, or did not show in time."""
        now = time.monotonic()
        ready: list[_Held] = []
        while held and (
            self._shown.is_shown(held[0].position, held[0].views) or held[0].until <= now
        ):
            ready.append(held.popleft())
        return ready

    def _hand_over(self, ready: Sequence[_Held]) -> None:
        try:
            self._loop.call_soon_threadsafe(self._arrive, ready)
        except RuntimeError:  # the loop is closed: nobody reads any more
            self._stop.set()

    def _arrive(self, ready: Sequence[_Held]) -> None:
        for each in ready:
            if each.message is None:
                self._kept, self._bytes = [], 0
            else:
                self._kept.append(each.message)
                self._bytes += len(each.message.frame)
        while len(self._kept) >= 2 * KEPT or self._bytes > KEPT_BYTES:
            del self._kept[: (len(self._kept) + 1) // 2]
            self._bytes = sum(len(each.frame) for each in self._kept)
        self.end = ready[-1].position
        for bell in self._bells:
            bell.set()
