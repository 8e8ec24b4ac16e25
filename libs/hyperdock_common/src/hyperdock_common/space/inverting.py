"""Back from a value to a place of the unit interval that gives it.

Many places may give the same value, and the formula turned around may miss them all by its own
rounding. So its answer is a guess, and what is near by is tried; then the same where halving leads.
"""

import math
from collections.abc import Callable, Iterator

_STEPS = 12
_PARTS = 8
_HALVINGS = 1100
"""From 1 to the smallest float."""


def place_of(
    value: float, from_unit: Callable[[float], float], ends: tuple[float, float], at: float
) -> float:
    """A place in [0, 1] that `from_unit` makes the value of, or else the nearest that was found.

    Args:
        value: what to find; not every value need have a place.
        from_unit: grows, but for the rounding.
        ends: of the scale on which it grows evenly.
        at: where the value is on that scale.
    """
    low, high = ends[0] / 2, ends[1] / 2  # halves, as their difference may be beyond the floats
    guess = min(max((at / 2 - low) / (high - low or 1.0), 0.0), 1.0)
    grain = math.ulp(max(abs(low), abs(high))) / (high - low or 1.0)
    best, distance = guess, math.inf
    for u in _places(value, from_unit, guess, grain):
        off = abs(from_unit(u) - value)
        if off < distance:
            best, distance = u, off
            if not off:
                break
    return best


def _places(
    value: float, from_unit: Callable[[float], float], guess: float, grain: float
) -> Iterator[float]:
    yield from _around(guess, grain)
    yield from _around(_halved(value, from_unit), grain)


def _around(place: float, grain: float) -> Iterator[float]:
    """The place and some next to it.

    Their steps are those of the floats there, of the floats next to 1, and a part of what one float
    of the scale (a grain) is wide: ranges may be so narrow that it is wide.
    """
    yield place
    for step in {math.ulp(place), math.ulp(1.0) / 4, grain / _PARTS}:
        for count in range(1, _STEPS + 1):
            for u in (place + count * step, place - count * step):
                if 0 <= u <= 1:
                    yield u


def _halved(value: float, from_unit: Callable[[float], float]) -> float:
    """The first place that gives at least the value, as far as it grows."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if from_unit(middle) < value:
            low = middle
        else:
            high = middle
    return high
