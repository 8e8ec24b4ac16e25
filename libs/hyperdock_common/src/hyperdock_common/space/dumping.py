"""A space in its canonical native form: what is recorded, and read back to the same space."""

import copy
from collections.abc import Mapping
from typing import assert_never, cast

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.space.conditions import resolve_name
from hyperdock_common.space.model import Alternative, Space
from hyperdock_common.space.names import escape, split_name
from hyperdock_common.space.outline import ESCAPED_WHEN, WHEN
from hyperdock_common.space.parameters import Choice, Constant, Float, Integer, Parameter


def dump_space(space: Space) -> Json:
    """The native form with every type written out; `parse_space` gives the same space back."""
    dumped: list[Json] = [_dump_alternative(each) for each in space.alternatives]
    return dumped[0] if len(dumped) == 1 else dumped


def _dump_alternative(alternative: Alternative) -> JsonObject:
    by_name = {each.name: each for each in alternative.parameters}
    root: JsonObject = {}
    for parameter in alternative.parameters:
        *groups, key = split_name(parameter.name)
        place = root
        for group in groups:
            place = cast("JsonObject", place.setdefault(_written(group), {}))
        place[_written(key)] = _dump_parameter(parameter, tuple(groups), by_name)
    return root


def _dump_parameter(
    parameter: Parameter, scope: tuple[str, ...], by_name: Mapping[str, Parameter]
) -> JsonObject:
    dumped = copy.deepcopy(_dump_definition(parameter))
    if parameter.when:
        dumped[WHEN] = {
            _reference(each.parameter, scope, by_name): copy.deepcopy(list(each.values))
            for each in parameter.when
        }
    return dumped


def _dump_definition(parameter: Parameter) -> JsonObject:
    match parameter:
        case Float() | Integer():
            kind = "float" if isinstance(parameter, Float) else "int"
            dumped: JsonObject = {"type": kind, "low": parameter.low, "high": parameter.high}
            if parameter.log:
                dumped["log"] = True
            if parameter.step is not None:
                dumped["step"] = parameter.step
            return dumped
        case Choice():
            return {"type": "choice", "values": list(parameter.values)}
        case Constant():
            return {"type": "constant", "value": parameter.value}
        case _:
            assert_never(parameter)


def _reference(name: str, scope: tuple[str, ...], by_name: Mapping[str, Parameter]) -> str:
    """The full name, marked as such where a name in the group itself would hide it."""
    return name if resolve_name(name, scope, by_name) == name else f".{name}"


def _written(key: str) -> str:
    return ESCAPED_WHEN if key == WHEN else escape(key)
