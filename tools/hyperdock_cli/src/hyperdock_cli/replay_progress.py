"""Says now and then, on standard error, how far a fold of the log is, and how long it takes yet."""

import time
from collections.abc import Callable
from typing import Final

import click

_PERIOD: Final = 2.0


class Told:
    """Takes the positions that a fold reaches; it may begin anywhere."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = self._said = clock()
        self._first: int | None = None
        self._last = 0

    def __call__(self, position: int, head: int) -> None:
        """So far it is, and so far it is to go."""
        if self._first is None:
            self._first = position
        self._last = max(self._last, position)
        now = self._clock()
        if now - self._said < _PERIOD:
            return
        self._said = now
        rate = (position - self._first) / (now - self._begun)
        left = f", {(head - position) / rate:,.0f} s left" if rate else ""
        told = f"folded {position:,} of {head:,} events, {rate:,.0f} a second{left}"
        click.echo(told, err=True)

    def summary(self) -> dict[str, float]:
        """How many events were folded, in how many seconds."""
        events = 0 if self._first is None else self._last - self._first
        return {"events": events, "seconds": round(self._clock() - self._begun, 3)}
