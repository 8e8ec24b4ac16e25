"""The parameters of a space: what values each can take and when it exists at all.

They are made by `parse_space` and `parse_param_space`, which check them: nothing is checked here.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from hyperdock_common.json_types import Json
from hyperdock_common.space.equality import identity, same
from hyperdock_common.space.inverting import place_of

_INEXACT = 1e-6
"""How far, as a part of a step, a number may be from one and still mean it."""
_INEXACT_PARTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A parameter exists only where another one, its parent, has one of these values.

    A parameter may have several conditions, one for each parent; then all of them must hold.
    """

    parameter: str
    values: tuple[Json, ...]

    def holds(self, value: Json) -> bool:
        """Whether the parent's value is one of those."""
        return any(same(each, value) for each in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Float:
    """A real number from `low` to `high`, both included.

    With a `step` it is one of low, low + step, low + 2 step, … up to `high`, computed exactly in
    decimals: 0 and three steps of 0.1 are 0.3, not 0.30000000000000004.
    """

    name: str
    low: float
    high: float
    log: bool = False
    step: float | None = None
    when: tuple[Condition, ...] = ()

    @property
    def cardinality(self) -> int | None:
        """How many values there are; None if they are continuous."""
        if self.low == self.high:
            return 1
        return None if self.step is None else int(self._span() // _exact(self.step)) + 1

    def from_unit(self, u: float) -> float:
        """The value at the place `u` of the unit interval; every u in [0, 1] is in bounds."""
        count = self.cardinality
        if count is not None:
            return self._nth(_bin(u, count))
        if u <= 0:
            return self.low
        if u >= 1:
            return self.high
        return min(max(self._between(u), self.low), self.high)

    def to_unit(self, value: float) -> float:
        """A place that `from_unit` makes the value of; of continuous ones hardly another one."""
        count = self.cardinality
        if count is not None:
            return _middle(self._index(value), count)
        if value in (self.low, self.high):
            return float(value == self.high)
        scale = math.log if self.log else float
        ends = (scale(self.low), scale(self.high))
        return place_of(value, self.from_unit, ends, scale(value))

    def taken(self, value: float) -> float | None:
        """Its own value that a number means, None if it means none; steps need not be exact."""
        if not self.low <= value <= self.high or value != value:  # noqa: PLR0124 - NaN
            return None
        count = self.cardinality
        if count is None:
            return float(value)
        index = self._index(float(value))
        near = self._nth(index)
        close = index < count and abs(near - value) <= _INEXACT * (self.step or 0)
        return near if close or near == value else None

    def candidates(self, points: int | None = None) -> Iterator[float]:
        """The finite values in order; continuous ones at that many even points, ends included."""
        count = self.cardinality
        if count is not None:
            yield from (self._nth(index) for index in range(count))
            return
        if points is None:
            raise ValueError(f"{self.name} is continuous: say how many points of it to take")
        last = None
        for index in range(points):  # points may be many: nobody may ask for more than the first
            value = self.from_unit(index / (points - 1) if points > 1 else 0.5)
            if value != last:
                yield value
            last = value

    def _between(self, u: float) -> float:
        if self.log:
            return math.exp(math.log(self.low) * (1 - u) + math.log(self.high) * u)
        return self.low * (1 - u) + self.high * u  # high - low may be beyond the floats

    def _index(self, value: float) -> int:
        """Of the step that is nearest."""
        if self.step is None:
            return 0
        return round((_exact(value) - _exact(self.low)) / _exact(self.step))

    def _nth(self, index: int) -> float:
        if not index or self.step is None:
            return self.low
        return float(_exact(self.low) + index * _exact(self.step))

    def _span(self) -> Fraction:
        return _exact(self.high) - _exact(self.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer:
    """A whole number from `low` to `high`, both included; `step` apart if one is given."""

    name: str
    low: int
    high: int
    log: bool = False
    step: int | None = None
    when: tuple[Condition, ...] = ()

    @property
    def cardinality(self) -> int:
        """How many values there are."""
        return len(self._range())

    def from_unit(self, u: float) -> int:
        """The value at the place `u` of the unit interval; every value has its equal share.

        On a log scale the share of a value is the width of its rounding interval there.
        """
        if not self.log:
            return self._range()[_bin(u, self.cardinality)]
        first, last = math.log(self.low - 0.5), math.log(self.high + 0.5)
        return min(max(round(math.exp(first * (1 - u) + last * u)), self.low), self.high)

    def to_unit(self, value: int) -> float:
        """A place that `from_unit` makes the value of; beyond 2^50 hardly another one."""
        if not self.log:
            index = (value - self.low) // (self.step or 1)
            return _middle(index, self.cardinality)
        ends = (math.log(self.low - 0.5), math.log(self.high + 0.5))
        return place_of(value, self.from_unit, ends, math.log(value))

    def candidates(self, points: int | None = None) -> Iterator[int]:  # noqa: ARG002 - as Float
        """The values in order."""
        return iter(self._range())

    def takes(self, value: float) -> bool:
        """Whether it can have this value."""
        whole = not isinstance(value, bool) and value == int(value)
        return whole and int(value) in self._range()  # a range looks for a float one by one

    def _range(self) -> range:
        return range(self.low, self.high + 1, self.step or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the listed values. A value listed twice is drawn twice as often, but is one value."""

    name: str
    values: tuple[Json, ...]
    when: tuple[Condition, ...] = ()

    @property
    def cardinality(self) -> int:
        """How many different values there are."""
        return len({identity(value) for value in self.values})

    def from_unit(self, u: float) -> Json:
        """The value at the place `u` of the unit interval; every listed value has its share."""
        return self.values[_bin(u, len(self.values))]

    def to_unit(self, value: Json) -> float:
        """The middle of the places that `from_unit` makes the value of."""
        index = self.index(value)
        if index is None:
            raise ValueError(f"{value!r} is no value of {self.name}")
        return _middle(index, len(self.values))

    def index(self, value: Json) -> int | None:
        """Where the value first stands in the list, None if it does not."""
        start = 0
        try:
            while not same(self.values[start := self.values.index(value, start)], value):
                start += 1
        except ValueError:
            return None
        return start

    def candidates(self, points: int | None = None) -> Iterator[Json]:  # noqa: ARG002 - as Float
        """The different values in order."""
        first_of: dict[str, Json] = {}
        for value in self.values:
            first_of.setdefault(identity(value), value)
        return iter(first_of.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """The same value in all params; nothing to search."""

    name: str
    value: Json
    when: tuple[Condition, ...] = ()

    @property
    def cardinality(self) -> int:
        """How many values there are: always one."""
        return 1

    def candidates(self, points: int | None = None) -> Iterator[Json]:  # noqa: ARG002 - as Float
        """The one value."""
        yield self.value


Searched: TypeAlias = Float | Integer | Choice
Parameter: TypeAlias = Searched | Constant


def is_active(parameter: Parameter, chosen: Mapping[str, Json]) -> bool:
    """Whether a parameter exists among these values of the active ones of its parents, by name."""
    return all(
        condition.parameter in chosen and condition.holds(chosen[condition.parameter])
        for condition in parameter.when
    )


def _bin(u: float, count: int) -> int:
    """Which of `count` equal parts of the unit interval holds `u`; the last one holds 1 too."""
    return min(max(int(u * count), 0), count - 1)


def _middle(index: int, count: int) -> float:
    """The place in the middle of one of `count` equal parts of the unit interval."""
    u = (index + 0.5) / count
    for _ in range(_INEXACT_PARTS):  # where there are more parts than floats nearly miss
        part = _bin(u, count)
        if part == index:
            break
        u = math.nextafter(u, 2.0 if part < index else -1.0)
    return min(u, 1.0)


def _exact(number: float) -> Fraction:
    """The decimal number that the user wrote, not the binary one next to it."""
    return Fraction(repr(number))
