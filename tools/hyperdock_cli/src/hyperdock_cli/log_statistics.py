"""What a log consists of: counted in one pass, whatever the bodies hold."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import StoredEvent

_UNREADABLE: Final = "(unreadable)"


class _Typed(msgspec.Struct):
    type: str


_typed: Final = msgspec.json.Decoder(_Typed)


@dataclass(slots=True, kw_only=True)
class LogStatistics:
    """The figures of a log.

    Attributes:
        events: how many by type.
        bytes: of their bodies by type.
        streams: how many events each has.
        first_at: when the first one was recorded; None where there is none.
    """

    events: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    streams: Counter[str] = field(default_factory=Counter)
    first_position: int = 0
    last_position: int = 0
    first_at: float | None = None
    last_at: float | None = None

    def add(self, fact: StoredEvent) -> None:
        """One more."""
        kind = _type_of(fact.body)
        self.events[kind] += 1
        self.bytes[kind] += len(fact.body)
        self.streams[fact.stream] += 1
        if self.first_at is None:
            self.first_at, self.first_position = fact.recorded_at, fact.position
        self.last_at, self.last_position = fact.recorded_at, fact.position

    @property
    def rate(self) -> float | None:
        """Events per second between the first and the last; None where that is no time."""
        if self.first_at is None or self.last_at is None or self.last_at <= self.first_at:
            return None
        return self.events.total() / (self.last_at - self.first_at)

    def as_json(self, streams: int) -> JsonObject:
        """All figures, with so many of the largest streams."""
        types: dict[str, Any] = {
            kind: {"events": count, "bytes": self.bytes[kind]}
            for kind, count in self.events.most_common()
        }
        return {
            "events": self.events.total(),
            "bytes": self.bytes.total(),
            "first_position": self.first_position,
            "last_position": self.last_position,
            "first_at": self.first_at,
            "last_at": self.last_at,
            "events_per_second": self.rate,
            "types": types,
            "streams": len(self.streams),
            "largest_streams": dict(self.streams.most_common(streams)),
        }


def count_events(facts: Iterable[StoredEvent]) -> LogStatistics:
    """The figures of these facts."""
    found = LogStatistics()
    for fact in facts:
        found.add(fact)
    return found


def _type_of(body: bytes) -> str:
    try:
        return _typed.decode(body).type
    except (msgspec.MsgspecError, ValueError):
        return _UNREADABLE
