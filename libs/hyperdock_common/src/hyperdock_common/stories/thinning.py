"""Keeping a story short: of things that happen again and again the first and the last are told."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from hyperdock_common.events import RecordedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event with what is to be said of it, before its cause is known.

    Attributes:
        text: what is said.
        tail: what comes after the cause; None: the cause is not put in words.
        cause: the event that it follows from, if it came not long before.
        events: how many it stands for.
    """

    record: RecordedEvent
    text: str
    tail: str | None = None
    cause: RecordedEvent | None = None
    events: int = 1


@dataclass(slots=True)
class Line:
    """All of one kind that is told: the first few, the last few, and how many between.

    Attributes:
        most: of the first, and of the last.
    """

    most: int
    first: list[Told] = field(default_factory=list)
    last: deque[Told] = field(default_factory=deque)
    left_out: int = 0
    last_left_out: RecordedEvent | None = None

    def add(self, told: Told) -> None:
        """Takes in one more."""
        if len(self.first) < self.most:
            self.first.append(told)
            return
        self.last.append(told)
        if len(self.last) > self.most:
            self.left_out += 1
            self.last_left_out = self.last.popleft().record

    def told(self, more: str) -> Iterator[Told]:
        """What is kept, in order; for what is left out `more` with its count before it."""
        yield from self.first
        if self.last_left_out is not None:
            text = f"{self.left_out:,} more {more}"
            yield Told(record=self.last_left_out, text=text, events=self.left_out)
        yield from self.last
