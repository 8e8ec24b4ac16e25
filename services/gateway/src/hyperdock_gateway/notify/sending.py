"""Sends messages to one target, on a thread of its own: no other target waits for a slow one."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from hyperdock_gateway.notify.deliveries import Delivery, State
from hyperdock_gateway.notify.wording import Text

QUEUE: Final = 50
"""So many messages wait for a target; of more, the oldest are given up."""

_STOP: Final = 2.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """Whether a message arrived; if not, why, as far as that can be said without the address."""

    ok: bool
    problem: str = ""


class Sender(Protocol):
    """The way to one target."""

    def send(self, text: Text) -> Sent:
        """Sends a message; raises nothing. Takes as long as the other side does."""


class Settle(Protocol):
    """Is told what became of each message."""

    def __call__(self, message: Delivery, state: State) -> None:
        """Takes note; raises nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often it is tried: seconds between the tries, doubled each time, and in all."""

    first: float = 2.0
    longest: float = 120.0
    patience: float = 1800.0


class Mailbox:
    """The messages that wait for one target, and the thread that sends them one by one."""

    def __init__(
        self,
        key: str,
        sender: Sender,
        settle: Settle,
        retries: Retries | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key
        self._sender = sender
        self._settle = settle
        self._retries = retries or Retries()
        self._clock = clock
        self._queue: deque[tuple[Delivery, float]] = deque()
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"notify-{key}", daemon=True)

    def start(self) -> None:
        """Begins to send."""
        self._thread.start()

    def put(self, message: Delivery) -> None:
        """One more message; never waits."""
        with self._changed:
            self._queue.append((message, self._clock()))
            surplus = [self._queue.popleft()[0] for _ in range(len(self._queue) - QUEUE)]
            self._changed.notify_all()
        for each in surplus:
            self._drop(each, "too many wait")

    def stop(self) -> None:
        """Ends soon, whatever the other side does; what was not sent waits for the next time."""
        with self._changed:
            self._stop.set()
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(_STOP)

    def _run(self) -> None:
        while (waiting := self._next()) is not None:
            self._send(*waiting)

    def _next(self) -> tuple[Delivery, float] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._stop.is_set())
            return None if self._stop.is_set() else self._queue.popleft()

    def _send(self, message: Delivery, since: float) -> None:
        """Tries until it arrives, or has waited for too long; once at least."""
        give_up, pause = since + self._retries.patience, self._retries.first
        while not self._stop.is_set():
            sent = self._sender.send(message.text)
            if sent.ok:
                self._settle(message, "sent")
                return
            if self._clock() + pause > give_up:
                self._drop(message, sent.problem)
                return
            _log.warning("notification_delayed", target=self._key, reason=sent.problem)
            self._stop.wait(pause)
            pause = min(2 * pause, self._retries.longest)

    def _drop(self, message: Delivery, reason: str) -> None:
        _log.error("notification_dropped", target=self._key, kind=message.kind, reason=reason)
        self._settle(message, "dropped")
