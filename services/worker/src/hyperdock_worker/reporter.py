"""The worker's way to the inbox: whatever happens there, what was said arrives, once, in order."""

import threading
import time
from collections import deque

import structlog

from hyperdock_common.errors import DecodeError
from hyperdock_common.events import Envelope, Event, deterministic_id, stream_of
from hyperdock_common.ports import Inbox

_log = structlog.get_logger()
_BATCH = 200


class Reporter:
    """Publishes a worker's events from a thread of its own, and tries again until confirmed.

    Event ids follow from what is said, so that saying it again after a restart records it once.

    Each publish costs a commit of the supervisor's. What is only said for the record (a start, a
    metric) therefore waits up to `linger` seconds for something in a hurry to go along with.
    """

    def __init__(
        self, inbox: Inbox, worker_id: str, *, retry: float = 1.0, linger: float = 0.05
    ) -> None:
        self._inbox = inbox
        self._worker_id = worker_id
        self._retry = retry
        self._linger = linger
        self._queue: deque[Envelope] = deque()
        self._changed = threading.Condition()
        self._said = 0
        self._in_a_hurry = 0
        self._confirmed = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="worker-reporter", daemon=True)

    def start(self) -> None:
        """Begins to publish."""
        self._thread.start()

    def envelope(self, event: Event, *identity: object) -> Envelope:
        """An event of this worker; `identity` tells it from others of its kind in its stream."""
        event_id = deterministic_id(self._worker_id, type(event).__name__, *identity)
        return Envelope(
            event_id=event_id,
            stream=stream_of(event),
            event=event,
            occurred_at=time.time(),
            producer=self._worker_id,
        )

    def say(self, envelope: Envelope, *, hurry: bool = True) -> int:
        """Publishes in the background; returns how many were said so far."""
        with self._changed:
            self._queue.append(envelope)
            self._said += 1
            if hurry:
                self._in_a_hurry = self._said
            self._changed.notify_all()
            return self._said

    def confirmed(self, said: int) -> bool:
        """Whether the first `said` of all that was said are published."""
        with self._changed:
            return self._confirmed >= said

    def say_and_wait(self, envelope: Envelope, stop: threading.Event) -> bool:
        """Publishes after all that was said before; false where `stop` came first."""
        return self._wait(self.say(envelope), stop)

    def wait(self, stop: threading.Event) -> bool:
        """Waits until all that was said so far is published; false where `stop` came first."""
        with self._changed:
            said = self._in_a_hurry = self._said
            self._changed.notify_all()
        return self._wait(said, stop)

    def _wait(self, said: int, stop: threading.Event) -> bool:
        with self._changed:
            while self._confirmed < said:
                if self._closed or stop.is_set():
                    return False
                self._changed.wait(0.5)
        return True

    def close(self, timeout: float = 5.0) -> None:
        """Publishes what is left, for at most `timeout` seconds, and ends."""
        with self._changed:
            self._in_a_hurry = self._said
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._queue, timeout)
            self._closed = True
            self._changed.notify_all()
        self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closed)
                self._changed.wait_for(self._must_not_linger, self._linger)
                if self._closed:
                    return
                batch = [self._queue[i] for i in range(min(_BATCH, len(self._queue)))]
            self._publish(batch)

    def _must_not_linger(self) -> bool:
        return self._in_a_hurry > self._confirmed or len(self._queue) >= _BATCH or self._closed

    def _publish(self, batch: list[Envelope]) -> bool:
        try:
            self._inbox.publish(batch)
        except (ValueError, DecodeError) as error:
            if len(batch) > 1:
                return all(self._publish([each]) for each in batch)
            _log.error("event_cannot_travel", said=str(batch[0].event), error=str(error))
        except Exception as error:  # noqa: BLE001 - the bus is away, or worse: it is tried again
            _log.warning("publish_failed", events=len(batch), error=repr(error))
            with self._changed:
                self._changed.wait_for(lambda: self._closed, self._retry)
            return False
        self._confirm(len(batch))
        return True

    def _confirm(self, count: int) -> None:
        with self._changed:
            for _ in range(count):
                self._queue.popleft()
            self._confirmed += count
            self._changed.notify_all()
