"""Remembers up to where the log was looked at, and the last messages with what became of them.

They are kept together: a message that waits is there as soon as the event is behind us that it
tells of. So none is lost, whenever this process ends; one that was just sent may be sent again.

It uses a view of its own, which is no projection: its position counts the times it was written.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ViewStore
from hyperdock_common.projections import NOTIFICATIONS
from hyperdock_gateway.notify.deliveries import Delivery, State, from_document

KEPT: Final = 1000
"""So many of the last messages are kept."""

_VIEW: Final = NOTIFICATIONS.name
_PLACE: Final = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Up to where everything was taken in.

    Attributes:
        position: the last event.
        until: the time up to which everything due was told.
        pending: trials of which an improvement waits for its time.
    """

    position: int
    until: float
    pending: tuple[str, ...] = ()


class Outbox:
    """What is told and what was. Thread safe. Errors: `StorageUnavailable`, and then again."""

    def __init__(self, views: ViewStore) -> None:
        self._views = views
        self._lock = threading.Lock()
        self._writes = 0
        self._next = 1
        self._place: Place | None = None
        self._settled: dict[int, Delivery] = {}

    def open(self, head: int, now: float) -> tuple[Place, Sequence[Delivery]]:
        """Where to go on, and what waits; at the log's head where nothing is remembered."""
        with self._lock:
            self._writes = max(self._writes, self._views.position(_VIEW))
            found: Any = self._views.get(_VIEW, _PLACE)
            if found is not None:
                self._next = found["next"]
            if found is None or found["position"] > head:  # of another log, or of an older copy
                self._place = Place(position=head, until=now)
                self._write(self._place)
            else:
                self._place = Place(
                    position=found["position"],
                    until=found["until"],
                    pending=tuple(found["pending"]),
                )
            return self._place, self._waiting()

    def add(
        self, messages: Iterable[Delivery], place: Place, summarized: Iterable[Delivery] = ()
    ) -> Sequence[Delivery]:
        """Keeps messages, numbered, and that everything is told up to `place`; or nothing of it.

        Args:
            messages: wait from now on.
            place: how far it has come.
            summarized: older messages that do not wait any more, because one of these tells them.
        """
        with self._lock:
            numbered = [
                replace(each, number=number) for number, each in enumerate(messages, self._next)
            ]
            over = [replace(each, state="summarized") for each in summarized]
            self._write(place, *numbered, *over, next_number=self._next + len(numbered))
            self._place = place
            self._next += len(numbered)
            return numbered

    def settle(self, message: Delivery, state: State, now: float) -> None:
        """Keeps what became of a message; if not now, then the next time."""
        with self._lock:
            if self._place is None:
                raise RuntimeError("open it first")
            self._settled[message.number] = replace(message, state=state, told_at=now)
            self._write(self._place)

    def _waiting(self) -> list[Delivery]:
        """What waits; a message with a later number was written with a place that was not."""
        keys = [_key(number) for number in range(KEPT)]
        kept = map(from_document, self._views.get_many(_VIEW, keys).values())
        waiting = [
            each
            for each in kept
            if each.state == "waiting"
            and each.number < self._next
            and each.number not in self._settled
        ]
        return sorted(waiting, key=lambda each: each.number)

    def _write(self, place: Place, *messages: Delivery, next_number: int | None = None) -> None:
        following = self._next if next_number is None else next_number
        still = (each for each in self._settled.values() if each.number >= following - KEPT)
        documents: dict[str, JsonObject] = {
            _key(each.number): each.as_document() for each in (*still, *messages)
        }
        documents[_PLACE] = {
            "position": place.position,
            "until": place.until,
            "pending": list(place.pending),
            "next": following,
        }
        self._views.save(_VIEW, documents, self._writes + 1)
        self._writes += 1
        self._settled.clear()


def _key(number: int) -> str:
    return f"message-{number % KEPT:03}"
