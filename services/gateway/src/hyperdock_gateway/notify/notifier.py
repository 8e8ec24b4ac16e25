"""Follows the log and tells: from a recorded event to a message on its way, on one thread.

One message after the other is sent by each target's own thread: following waits for nobody.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import structlog

from hyperdock_common.errors import DecodeError, StorageUnavailable
from hyperdock_common.events import RecordedEvent
from hyperdock_common.feed import follow
from hyperdock_common.history import history
from hyperdock_common.ports import EventLog, Feed, Subscription, ViewStore
from hyperdock_gateway.notify.deliveries import Delivery, State
from hyperdock_gateway.notify.notices import News, Notice
from hyperdock_gateway.notify.outbox import Outbox, Place
from hyperdock_gateway.notify.sending import Mailbox, Retries, Sender
from hyperdock_gateway.notify.settings import NotifySettings, Target
from hyperdock_gateway.notify.summary import Summary
from hyperdock_gateway.notify.wording import worded

_SAVE_EVERY: Final = 5.0
_TICK: Final = 1.0
_PAUSE: Final = 1.0
_LONG_PAUSE: Final = 60.0
_STOP: Final = 5.0

Counted: TypeAlias = Callable[[str, str], None]
"""Is told the kind of each message and what became of it."""

_log = structlog.get_logger(__name__)


class Notifier:
    """Tells the targets of some settings what happens. `start` it and `stop` it.

    Args:
        log: what happens.
        feed: wakes it up.
        views: where it remembers what it told.
        settings: who is told what.
        senders: the way to each target, by its key.
        clock: wall clock, like that of the events.
        retries: how often a message is tried.
        counted: is told what became of each message.
    """

    def __init__(
        self,
        log: EventLog,
        feed: Feed,
        views: ViewStore,
        settings: NotifySettings,
        senders: Mapping[str, Sender],
        *,
        clock: Callable[[], float] = time.time,
        retries: Retries | None = None,
        counted: Counted = lambda _kind, _state: None,
    ) -> None:
        self._log = log
        self._feed = feed
        self._settings = settings
        self._clock = clock
        self._counted = counted
        self._outbox = Outbox(views)
        self._mailboxes = {
            each.key: Mailbox(each.key, senders[each.key], self._settle, retries)
            for each in settings.targets
        }
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notify", daemon=True)
        self._subscription: Subscription | None = None
        self._handed_over: set[int] = set()
        self._begin_anew()

    def start(self) -> None:
        """Begins, where it ended the last time."""
        for mailbox in self._mailboxes.values():
            mailbox.start()
        self._subscription = self._feed.subscribe()
        self._thread.start()

    def stop(self) -> None:
        """Ends soon; what was not told yet is told by whoever begins the next time."""
        self._stop.set()
        if self._subscription is not None:
            self._subscription.close()
            self._thread.join(_STOP)
        for mailbox in self._mailboxes.values():
            mailbox.stop()

    def _begin_anew(self) -> None:
        settings = self._settings
        self._news = News(
            every=settings.every, skip_first=settings.skip_first, failing=settings.failing
        )
        self._summary = Summary(settings.link)
        self._old: list[Delivery] = []
        self._place: Place | None = None
        self._saved: Place | None = None
        self._saved_at = 0.0

    def _run(self) -> None:
        while not self._stop.is_set():
            pause = _PAUSE
            try:
                self._follow()
            except StorageUnavailable as error:
                _log.warning("notifications_wait", reason=str(error))
            except DecodeError as error:
                _log.error("notifications_blocked", reason=str(error))
                pause = _LONG_PAUSE  # time does not mend it
            except Exception as error:  # noqa: BLE001 - the gateway must not end for a message
                _log.exception("notifications_stumbled", error=type(error).__name__)
                pause = _LONG_PAUSE
            if not self._stop.is_set():
                self._begin_anew()  # what was taken in half is read again
            self._stop.wait(pause)

    def _follow(self) -> None:
        if self._subscription is None:
            raise RuntimeError("start it first")
        place = self._open()
        ticking = _Ticking(self._subscription, self._tick)
        for record in follow(self._log, ticking, place.position, self._stop, wait=_TICK):
            self._take_in(record)
        self._save(force=True)  # it was told to stop

    def _open(self) -> Place:
        """Goes on where it ended: old messages that wait are summarized, the others are sent."""
        now = self._clock()
        place, waiting = self._outbox.open(self._log.head(), now)
        self._place = self._saved = place
        for trial_id in place.pending:
            self._recall(trial_id, place)
        for message in waiting:
            if message.number in self._handed_over:
                continue
            if message.target not in self._mailboxes:
                self._settle(message, "dropped")
            elif message.at < now - self._settings.max_age and message.kind != "summary":
                self._old.append(message)
                self._summary.add([message])
            else:
                self._hand_over(message)
        _log.info("notifications_begin", position=place.position, waiting=len(waiting))
        return place

    def _take_in(self, record: RecordedEvent) -> None:
        trial_id = self._news.unknown(record.event)
        if trial_id is not None:
            self._recall(trial_id, Place(position=record.position - 1, until=record.recorded_at))
        notices = self._news.take_in(record)
        self._tell(notices, Place(position=record.position, until=record.recorded_at))

    def _recall(self, trial_id: str, place: Place) -> None:
        past = history(self._log, to=place.position, stream=f"trial-{trial_id}")
        self._news.recall(trial_id, past, place.until)

    def _tick(self) -> None:
        """Nothing comes at the moment, or what has come was dealt with."""
        if self._place is None:
            return
        now = self._clock()
        self._tell(self._news.due(now), Place(position=self._place.position, until=now))
        self._save(force=bool(self._summary))

    def _tell(self, notices: Iterable[Notice], place: Place) -> None:
        oldest = self._clock() - self._settings.max_age
        self._place = place
        messages = [message for notice in notices for message in self._messages(notice)]
        self._summary.add(each for each in messages if each.at < oldest)
        fresh = [each for each in messages if each.at >= oldest]
        if fresh:
            self._save(*fresh, force=True)
        elif not self._summary:
            self._save()

    def _save(self, *messages: Delivery, force: bool = False) -> None:
        """Keeps messages and how far it has come, and has them sent."""
        if self._place is None:
            return
        now, pending = self._clock(), tuple(self._news.pending)
        place = replace(self._place, pending=pending)
        is_due = now - self._saved_at >= _SAVE_EVERY and _has_moved(self._saved, place)
        if not (force or is_due):
            return
        summaries = self._summary.take(now) if force else ()
        for each in self._outbox.add([*summaries, *messages], place, self._old):
            self._hand_over(each)
        self._old.clear()
        self._saved, self._saved_at = place, now

    def _hand_over(self, message: Delivery) -> None:
        self._handed_over.add(message.number)
        self._mailboxes[message.target].put(message)

    def _messages(self, notice: Notice) -> Sequence[Delivery]:
        takers = [each for each in self._settings.targets if each.takes(notice)]
        return [_message(notice, target, self._settings.link) for target in takers]

    def _settle(self, message: Delivery, state: State) -> None:
        self._counted(message.kind, state)
        self._handed_over.discard(message.number)
        try:
            self._outbox.settle(message, state, self._clock())
        except StorageUnavailable as error:  # it is written with the next one
            _log.warning("notification_not_noted", reason=str(error))


class _Ticking:
    """A subscription that calls somebody between two looks."""

    def __init__(self, subscription: Subscription, tick: Callable[[], None]) -> None:
        self._subscription = subscription
        self._tick = tick
        self.close = subscription.close

    def next(self, timeout: float) -> Sequence[RecordedEvent]:
        """See `Subscription.next`."""
        self._tick()
        return self._subscription.next(timeout)


def _message(notice: Notice, target: Target, link: str | None) -> Delivery:
    text = worded(notice, link)
    return Delivery(
        number=0,
        target=target.key,
        kind=notice.kind,
        title=text.title,
        body=text.body,
        level=text.level,
        at=notice.at,
    )


def _has_moved(saved: Place | None, place: Place) -> bool:
    return saved is None or (saved.position, saved.pending) != (place.position, place.pending)
