"""Following the log: catch-up and live in one path, each fact once and in order.

The log is the truth and the subscription a wake-up call: wherever the two differ, the log is read.
"""

import threading
from collections.abc import Iterator
from typing import Final

from hyperdock_common.events import RecordedEvent
from hyperdock_common.history import history
from hyperdock_common.ports.bus import Subscription
from hyperdock_common.ports.log import LogReader

_BREATH: Final = 0.02


def follow(
    log: LogReader,
    subscription: Subscription,
    after: int,
    stop: threading.Event,
    *,
    wait: float = 1.0,
) -> Iterator[RecordedEvent]:
    """Every fact from `after` + 1 on, as it comes, until `stop` is set.

    Subscribe first, then follow. After `wait` seconds of silence the log's head is asked for, so
    that a lost relay is noticed when nothing comes after it. Closing the subscription as well as
    setting `stop` ends a wait at once.

    Raises:
        StorageUnavailable, DecodeError: as the log raises them; follow again from the last
            position seen.
    """
    position = after
    behind = True
    while not stop.is_set():
        if behind:
            for record in history(log, after=position):
                position = record.position
                yield record
                if stop.is_set():
                    return
        news = subscription.next(wait)
        if not news:
            stop.wait(_BREATH)  # a closed subscription does not wait: do not spin
        behind = not news and log.head() > position
        for record in news:
            if record.position > position + 1:
                behind = True
                break
            if record.position == position + 1:
                position += 1
                yield record
