"""Reading params backwards: which values of its parameters a space would make them of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard, assert_never

from hyperdock_common.errors import Problem
from hyperdock_common.json_types import Json
from hyperdock_common.space.equality import same
from hyperdock_common.space.names import join_name, split_name
from hyperdock_common.space.parameters import (
    Choice,
    Constant,
    Float,
    Integer,
    Parameter,
    Searched,
    is_active,
)
from hyperdock_common.space.wording import listed, near, quoted, shown

_MOST_PROBLEMS = 20
_MOST_SHOWN = 5


@dataclass(slots=True)
class Fit:
    """What params say about each parameter.

    Attributes:
        values: of the active parameters, by name, as the space has them; constants filled in.
        problems: by the name of the place in the params; empty where the params fit.
        unknown: the names of what is no parameter.
    """

    values: dict[str, Json] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """How much does not fit."""
        return len(self.problems) + len(self.unknown)


class Fitting:
    """Fits params to the parameters of one alternative, which come parents before children."""

    def __init__(self, parameters: Sequence[Parameter]) -> None:
        self._parameters = parameters
        self._names = {split_name(each.name): each.name for each in parameters}
        self._groups = {path[:end] for path in self._names for end in range(1, len(path))}

    def fit(self, params: Mapping[str, Json]) -> Fit:
        """What these params say, and what is wrong with them."""
        fit = Fit()
        given: dict[str, Json] = {}
        self._flatten(params, (), given, fit)
        undecided = {name for bad in fit.problems for name in self._inside(split_name(bad))}
        for parameter in self._parameters:
            if parameter.name in undecided or any(p.parameter in undecided for p in parameter.when):
                undecided.add(parameter.name)
            elif is_active(parameter, fit.values):
                _take(parameter, given, fit)
                if parameter.name not in fit.values:
                    undecided.add(parameter.name)
            elif parameter.name in given:
                fit.problems[parameter.name] = _inactive(parameter, fit.values)
        return fit

    def problems(self, fit: Fit, field: str) -> list[Problem]:
        """The problems of a fit, the first ones of many; `field` is what to call the params."""
        named = [Problem(f"{field}.{name}", text) for name, text in fit.problems.items()]
        for name in fit.unknown[: max(0, _MOST_PROBLEMS - len(named))]:
            known = self._names.values()
            hint = _namesake(name, known) or near(name, known)
            there = f"there are {quoted(known)}"
            named.append(Problem(f"{field}.{name}", f"unknown parameter: {hint}{there}"))
        return named[:_MOST_PROBLEMS]

    def _flatten(
        self,
        place: Mapping[str, Json],
        path: tuple[str, ...],
        given: dict[str, Json],
        fit: Fit,
    ) -> None:
        for key, value in place.items():
            here = (*path, key)
            if here in self._names:
                given[self._names[here]] = value
            elif here not in self._groups:
                fit.unknown.append(join_name(here))
            elif isinstance(value, dict):
                self._flatten(value, here, given, fit)
            else:
                inside = quoted(self._inside(here))
                fit.problems[join_name(here)] = (
                    f"is a group: must be an object that has {inside}, not {shown(value)}"
                )

    def _inside(self, group: tuple[str, ...]) -> list[str]:
        return [name for path, name in self._names.items() if path[: len(group)] == group]


def _take(parameter: Parameter, given: Mapping[str, Json], fit: Fit) -> None:
    """Take the value that is given for an active parameter, or note why it cannot be."""
    name = parameter.name
    try:
        if isinstance(parameter, Constant):
            fit.values[name] = parameter.value
        elif name not in given:
            raise ValueError(f"is missing: give {_allowed(parameter)}")
        if name in given:
            fit.values[name] = read_value(parameter, given[name])
    except ValueError as error:
        fit.problems[name] = str(error)


def read_value(parameter: Parameter, raw: Json) -> Json:
    """The parameter's own value that is meant.

    Raises:
        ValueError: it does not have such a one.
    """
    match parameter:
        case Constant():
            if not same(raw, parameter.value):
                raise ValueError(f"is always {listed([parameter.value])}: leave it out")
            return parameter.value
        case Choice():
            index = parameter.index(raw)
            if index is None:
                hint = near(raw, _texts(parameter)) if isinstance(raw, str) else ""
                raise ValueError(
                    f"must be {_allowed(parameter)}, not {shown(raw)}; {hint}".strip("; ")
                )
            return parameter.values[index]
        case Integer():
            if _is_number(raw) and parameter.low <= raw <= parameter.high and parameter.takes(raw):
                return int(raw)
        case Float():
            if _is_number(raw) and (value := parameter.taken(raw)) is not None:
                return value
        case _:
            assert_never(parameter)
    raise ValueError(f"must be {_allowed(parameter)}, not {shown(raw)}")


def _is_number(raw: Json) -> TypeGuard[int | float]:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _allowed(parameter: Searched) -> str:
    match parameter:
        case Choice():
            values = list(parameter.candidates())
            return f"one of {listed(values)}" if len(values) > 1 else listed(values)
        case Integer() | Float():
            kind = "whole number" if isinstance(parameter, Integer) else "number"
            step = f" in steps of {parameter.step}" if parameter.step is not None else ""
            return f"a {kind} from {parameter.low} to {parameter.high}{step}"
        case _:
            assert_never(parameter)


def _texts(parameter: Choice) -> list[str]:
    return [each for each in parameter.values if isinstance(each, str)]


def _inactive(parameter: Parameter, chosen: Mapping[str, Json]) -> str:
    """Why a parameter is not there with these values."""
    unmet = next(
        each
        for each in parameter.when
        if each.parameter not in chosen or not each.holds(chosen[each.parameter])
    )
    asked = f"`{unmet.parameter}` is {' or '.join(map(shown, unmet.values[:_MOST_SHOWN]))}"
    more = " or another" if len(unmet.values) > _MOST_SHOWN else ""
    return f"is there only where {asked}{more}: leave it out"


def _namesake(name: str, known: Iterable[str]) -> str:
    """The parameter of the same key in some group, or at the top."""
    *_, key = split_name(name)
    same_key = [each for each in known if split_name(each)[-1] == key]
    return f"did you mean `{same_key[0]}`? " if same_key else ""
