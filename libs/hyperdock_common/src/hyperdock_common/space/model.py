"""The search space: from dimensions, which algorithms search, to params, which targets read."""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.space.counting import count_params
from hyperdock_common.space.equality import digest
from hyperdock_common.space.fitting import Fitting
from hyperdock_common.space.names import split_name
from hyperdock_common.space.ordering import parents_first
from hyperdock_common.space.parameters import (
    Choice,
    Constant,
    Float,
    Integer,
    Parameter,
    Searched,
    is_active,
)
from hyperdock_common.space.walking import walk
from hyperdock_common.space.wording import shown

ALTERNATIVE = "alternative"
_INACTIVE = 0.5

_CONTINUOUS = (
    "is continuous, which a grid cannot go through: give it a `step`, make it a choice, or set "
    "`algorithm.options.points` to how many points to take of it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One thing to search: values are given to a space by the dimension's key."""

    key: str
    parameter: Searched


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A set of parameters; a space has one or is the union of several.

    Attributes:
        parameters: in the order of their definition.
        ordered: the same with parents before their children: the order in which they are decided.
    """

    parameters: tuple[Parameter, ...]
    ordered: tuple[Parameter, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ordered", parents_first(self.parameters))

    @property
    def searched(self) -> tuple[Searched, ...]:
        """The parameters that are no constants, parents first."""
        return tuple(each for each in self.ordered if not isinstance(each, Constant))

    @property
    def size(self) -> int | None:
        """The number of different params, see `Space.size`."""
        return count_params(self.ordered)

    def resolve(self, values: Mapping[str, Json]) -> JsonObject:
        """The params for values by name: constants added, inactive parameters left out."""
        chosen: JsonObject = {}
        for parameter in self.ordered:
            if is_active(parameter, chosen):
                chosen[parameter.name] = _value_of(parameter, values)
        return _nested(chosen)

    def grid(self, points: int | None) -> Iterator[JsonObject]:
        """All different params, see `Space.grid`."""
        return (_nested(chosen) for chosen in walk(self.ordered, points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What a trial searches: usually one alternative, or the union of several."""

    alternatives: tuple[Alternative, ...]

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What there is to search, parents first.

        The key of a dimension is its parameter's name. In a union the first dimension, of the key
        `alternative`, chooses the alternative by its index, and the other keys begin with the
        index and a colon, so that they are unique.
        """
        if len(self.alternatives) == 1:
            return tuple(_dimensions("", self.alternatives[0]))
        indexes = tuple(range(len(self.alternatives)))
        which = Dimension(key=ALTERNATIVE, parameter=Choice(name=ALTERNATIVE, values=indexes))
        others = (
            dimension
            for index, alternative in enumerate(self.alternatives)
            for dimension in _dimensions(f"{index}:", alternative)
        )
        return (which, *others)

    @property
    def size(self) -> int | None:
        """The number of different params; None if a parameter is continuous.

        Counted without going through them. It is an upper bound where alternatives of a union
        overlap and where conditions are too entangled to count; `grid` is exact always.
        """
        sizes = [alternative.size for alternative in self.alternatives]
        finite = [size for size in sizes if size is not None]
        return sum(finite) if len(finite) == len(sizes) else None

    def resolve(self, values: Mapping[str, Json]) -> JsonObject:
        """The params handed to the target, nested, for values by dimension key.

        Constants are added; what the values themselves make inactive is left out (a condition
        not met, an inactive parent, another alternative), so such keys may also be absent.
        """
        if len(self.alternatives) == 1:
            return self.alternatives[0].resolve(values)
        index = values[ALTERNATIVE]
        if not isinstance(index, int):
            raise TypeError(f"an alternative is chosen by its index, not {index!r}")
        prefix = f"{index}:"
        own = {key[len(prefix) :]: each for key, each in values.items() if key.startswith(prefix)}
        return self.alternatives[index].resolve(own)

    def from_unit(self, point: Sequence[float]) -> JsonObject:
        """The params at a point of the unit cube, which has one coordinate for each dimension."""
        pairs = zip(self.dimensions, point, strict=True)
        return self.resolve({each.key: each.parameter.from_unit(u) for each, u in pairs})

    def to_unit(self, params: JsonObject) -> tuple[float, ...]:
        """A point of the unit cube that gives these params; 0.5 where a parameter is inactive.

        In a union it is one of the first alternative that they fit. `from_unit` gives the params
        back, but for the last digits of continuous numbers that it would not give anywhere (or in
        a range much narrower than its numbers are large).

        Raises:
            ValueError: they are no params of this space.
        """
        for index, alternative in enumerate(self.alternatives):
            fit = Fitting(alternative.ordered).fit(params)
            if not fit.faults:
                several = len(self.alternatives) > 1
                prefix = f"{index}:" if several else ""
                values = {prefix + name: value for name, value in fit.values.items()}
                if several:
                    values[ALTERNATIVE] = index
                return tuple(_place(dimension, values) for dimension in self.dimensions)
        raise ValueError(f"no params of the space: {shown(json.dumps(params))}")

    def grid(self, points: int | None = None) -> Iterator[JsonObject]:
        """All different params, each once, always in the same order; the first varies slowest.

        They are made one at a time as they are asked for.

        Args:
            points: into how many even points, ends included, a continuous parameter is cut
                (evenly on the log scale if it has one); its middle for 1.

        Raises:
            InvalidTrial: at once, if a parameter is continuous and `points` is not given.
        """
        if points is None:
            self._refuse_continuous()
        elif points < 1:
            raise InvalidTrial("algorithm.options.points", "must be a whole number of at least 1")
        grids = (alternative.grid(points) for alternative in self.alternatives)
        return next(grids) if len(self.alternatives) == 1 else _distinct(grids)

    def _refuse_continuous(self) -> None:
        for index, alternative in enumerate(self.alternatives):
            for parameter in alternative.searched:
                if parameter.cardinality is None:
                    place = "space" if len(self.alternatives) == 1 else f"space[{index}]"
                    raise InvalidTrial(f"{place}.{parameter.name}", _CONTINUOUS)


def _place(dimension: Dimension, values: Mapping[str, Json]) -> float:
    if dimension.key not in values:
        return _INACTIVE
    match dimension.parameter, values[dimension.key]:
        case Choice() as choice, value:
            return choice.to_unit(value)
        case Integer() as whole, int() as value:
            return whole.to_unit(value)
        case Float() as number, int() | float() as value:
            return number.to_unit(value)
    raise TypeError(f"{dimension.key} is a number")


def _dimensions(prefix: str, alternative: Alternative) -> Iterator[Dimension]:
    for parameter in alternative.searched:
        yield Dimension(key=prefix + parameter.name, parameter=parameter)


def _distinct(grids: Iterator[Iterator[JsonObject]]) -> Iterator[JsonObject]:
    """Only alternatives can repeat each other, so only a union has to remember what was there."""
    seen: set[bytes] = set()
    for grid in grids:
        for params in grid:
            mark = digest(params)
            if mark not in seen:
                seen.add(mark)
                yield params


def _value_of(parameter: Parameter, values: Mapping[str, Json]) -> Json:
    return parameter.value if isinstance(parameter, Constant) else values[parameter.name]


def _nested(chosen: Mapping[str, Json]) -> JsonObject:
    params: JsonObject = {}
    for name, value in chosen.items():
        *groups, key = split_name(name)
        place = params
        for group in groups:
            place = cast("JsonObject", place.setdefault(group, {}))
        place[key] = copy.deepcopy(value)  # whoever changes params must not change the space
    return params
