"""Params of one space in another: results of a trial go on in a trial with a changed space."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from hyperdock_common.errors import Problem
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.space.fitting import Fit, Fitting, read_value
from hyperdock_common.space.model import Alternative, Space
from hyperdock_common.space.names import join_name, split_name
from hyperdock_common.space.parameters import Parameter

Misfit: TypeAlias = Literal["lacks_parameter", "out_of_space"]
"""Why params cannot be of a space: it has a parameter that they lack, or not such values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refitted:
    """The params as the other space gives them; or why they cannot be of it."""

    params: JsonObject | None
    misfit: Misfit | None = None


def refit(space: Space, params: JsonObject, fill: Mapping[str, Json] | None = None) -> Refitted:
    """The params as this space would give them, but for parameters that it does not have.

    Args:
        space: what they shall be of; of a union the first alternative that they fit.
        params: complete params of another space.
        fill: values, nested as params are, for parameters that they lack; each is taken where its
            parameter is active.
    """
    tried = [_tried(each, params, fill or {}) for each in space.alternatives]
    found = next((each for each in tried if each.params is not None), None)
    return found or next((each for each in tried if each.misfit == "lacks_parameter"), tried[0])


def fill_problems(space: Space, fill: Mapping[str, Json], field: str) -> list[Problem]:
    """What of a `fill` is no parameter of the space, or no value of one; `field` is its name."""
    parameters = [each for one in space.alternatives for each in one.parameters]
    fit = Fit()
    for name, value in _leaves(fill, {each.name for each in parameters}):
        problems = [_problem(each, value) for each in parameters if each.name == name]
        if not problems:
            fit.unknown.append(name)
        elif all(problems):
            fit.problems[name] = problems[0]
    return Fitting(parameters).problems(fit, field)


def _problem(parameter: Parameter, value: Json) -> str:
    try:
        read_value(parameter, value)
    except ValueError as error:
        return str(error)
    return ""


def _tried(alternative: Alternative, params: JsonObject, fill: Mapping[str, Json]) -> Refitted:
    names = {each.name for each in alternative.parameters}
    kept = {name: value for name, value in _leaves(params, names) if name in names}
    filled = {
        name: value for name, value in _leaves(fill, names) if name in names and name not in kept
    }
    fitting = Fitting(alternative.ordered)
    fit = fitting.fit(_nested({**kept, **filled}))
    unneeded = fit.problems.keys() & filled.keys()
    if unneeded:
        rest = {name: value for name, value in filled.items() if name not in unneeded}
        fit = fitting.fit(_nested({**kept, **rest}))
    if not fit.faults:
        return Refitted(params=alternative.resolve(fit.values))
    return Refitted(params=None, misfit=_misfit(fit, kept))


def _misfit(fit: Fit, kept: Iterable[str]) -> Misfit:
    """A value that is there and wrong says more than one that is missing."""
    return "out_of_space" if fit.problems.keys() & set(kept) else "lacks_parameter"


def _leaves(
    params: Mapping[str, Json], names: Collection[str], path: tuple[str, ...] = ()
) -> Iterator[tuple[str, Json]]:
    """What is given for parameters of these names, which may be objects, and for others."""
    for key, value in params.items():
        name = join_name((*path, key))
        if isinstance(value, dict) and name not in names:
            yield from _leaves(value, names, (*path, key))
        else:
            yield name, value


def _nested(flat: Mapping[str, Json]) -> JsonObject:
    params: JsonObject = {}
    for name, value in flat.items():
        *groups, key = split_name(name)
        place = params
        for group in groups:
            place = cast("JsonObject", place.setdefault(group, {}))
        place[key] = value
    return params
