"""The newest recorded facts, encoded once for every reader of the live feed.

One thread follows the log and hands each fact to the event loop, which keeps the last few
thousand. Readers have nothing but a position: who is near the head reads here, who is behind
reads the log. So no reader, however slow, costs more than one page of memory.
"""

import asyncio
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from hyperdock_common.errors import DecodeError, StorageUnavailable
from hyperdock_common.events import RecordedEvent
from hyperdock_common.events.codec import envelope_to_wire
from hyperdock_common.feed import follow
from hyperdock_common.ports import EventLog, Feed, Subscription

KEPT: Final = 2048
KEPT_CHARACTERS: Final = 32 * 1024 * 1024
PAGE: Final = 200
_PAUSE: Final = 1.0
_LONG_PAUSE: Final = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """A recorded fact as readers get it."""

    position: int
    stream: str
    text: str


def to_message(record: RecordedEvent) -> Message:
    """The fact as one JSON object."""
    wire = {"position": record.position, "recorded_at": record.recorded_at}
    text = json.dumps(wire | envelope_to_wire(record.envelope), separators=(",", ":"))
    return Message(record.position, record.envelope.stream, text)


class LiveFeed:
    """Follows the log from its head. Made and read in the event loop."""

    def __init__(self, event_log: EventLog, feed: Feed) -> None:
        self._log = event_log
        self._feed = feed
        self._kept: list[Message] = []
        self._characters = 0
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._stop = threading.Event()
        self._subscription: Subscription | None = None
        self._thread: threading.Thread | None = None
        self.end = -1
        """The newest position that has arrived here; -1 before the beginning is known."""

    def start(self) -> None:
        """Begins to follow."""
        self._subscription = self._feed.subscribe()
        self._thread = threading.Thread(
            target=self._follow, args=(self._subscription,), name="live-feed", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends following; returns when the thread has ended."""
        self._stop.set()
        if self._subscription is not None and self._thread is not None:
            self._subscription.close()
            self._thread.join()

    def news(self) -> asyncio.Event:
        """Is set at the next arrival. Take it before looking, wait for it after."""
        return self._news

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
        position: int | None = None
        while not self._stop.is_set():
            pause = _PAUSE
            try:
                if position is None:
                    position = self._log.head()
                    self._hand_over(position)
                for record in follow(self._log, subscription, position, self._stop):
                    self._hand_over(record.position, to_message(record))
                    position = record.position
            except StorageUnavailable as error:
                log.warning("live_feed_waits", reason=str(error))
            except DecodeError as error:
                log.error("live_feed_blocked", position=position, reason=str(error))  # noqa: TRY400
                pause = _LONG_PAUSE  # time does not mend it
            self._stop.wait(pause)

    def _arrive(self, position: int, message: Message | None) -> None:
        if message is not None:
            self._kept.append(message)
            self._characters += len(message.text)
        if len(self._kept) >= 2 * KEPT or self._characters > KEPT_CHARACTERS:
            del self._kept[: (len(self._kept) + 1) // 2]
            self._characters = sum(len(each.text) for each in self._kept)
        self.end = position
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _hand_over(self, position: int, message: Message | None = None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._arrive, position, message)
        except RuntimeError:  # the loop is closed: nobody reads any more
            self._stop.set()
