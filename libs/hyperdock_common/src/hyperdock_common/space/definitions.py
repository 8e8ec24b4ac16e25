"""Reading the definition of one parameter, whatever its type, without its conditions."""

import math
from collections.abc import Mapping

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.space.names import join_name
from hyperdock_common.space.outline import WHEN, Entry
from hyperdock_common.space.parameters import Choice, Constant, Float, Integer, Parameter
from hyperdock_common.space.reading import Allowance, read_bool, read_float, read_int, read_value
from hyperdock_common.space.wording import near, quoted, shown

_RANGE = ("low", "high", "log", "step")
_KEYS = {"float": _RANGE, "int": _RANGE, "choice": ("values",), "constant": ("value",)}
_OPTIONAL = ("log", "step")


def read_parameter(entry: Entry, allowance: Allowance) -> Parameter:
    """The parameter that an entry defines.

    Raises:
        InvalidTrial: the definition is incomplete, contradicts itself, or says what is unknown.
    """
    name, raw, field = join_name(entry.path), entry.raw, entry.field
    if isinstance(raw, list):
        return _read_choice(name, raw, field, allowance)
    if not isinstance(raw, dict):
        return Constant(name=name, value=read_value(raw, field, allowance))
    kind = _read_type(raw, field)
    match kind:
        case "float":
            return _read_float(name, raw, field)
        case "int":
            return _read_int(name, raw, field)
        case "choice":
            return _read_choice(name, raw["values"], f"{field}.values", allowance)
        case _:
            return Constant(name=name, value=read_value(raw["value"], f"{field}.value", allowance))


def _read_type(raw: Mapping[object, object], field: str) -> str:
    """The type of a definition that has all the keys it needs and no other."""
    kind = str(raw["type"])
    if kind not in _KEYS:
        raise InvalidTrial(
            f"{field}.type",
            f"{shown(kind)} is no type: {near(kind, _KEYS)}there are {quoted(_KEYS)}; a constant "
            "called type is written `type: {type: constant, value: …}`",
        )
    allowed = _KEYS[kind]
    for key in raw:
        if key not in (*allowed, "type", WHEN):
            raise InvalidTrial(
                f"{field}.{key}",
                f"unknown key of a {kind}: {near(str(key), (*allowed, WHEN))}"
                f"allowed are {quoted((*allowed, WHEN))}",
            )
    for key in allowed:
        missing = key not in raw or (raw[key] is None and kind in ("float", "int"))
        if missing and key not in _OPTIONAL:
            needed = quoted(each for each in allowed if each not in _OPTIONAL)
            raise InvalidTrial(f"{field}.{key}", f"is missing: `type: {kind}` needs {needed}")
    return kind


def _read_float(name: str, raw: Mapping[object, object], field: str) -> Float:
    low, high = read_float(raw["low"], f"{field}.low"), read_float(raw["high"], f"{field}.high")
    _check_bounds(low, high, field)
    log = _read_log(raw, field)
    if log and low <= 0:
        raise InvalidTrial(
            f"{field}.low", f"must be above 0 on a log scale, not {shown(raw['low'])}"
        )
    step = None if raw.get("step") is None else read_float(raw["step"], f"{field}.step")
    _check_step(step, log=log, field=field)
    if step is not None and step < math.ulp(max(abs(low), abs(high))):
        raise InvalidTrial(
            f"{field}.step", f"{step} is too small to tell values near the bounds apart: enlarge it"
        )
    return Float(name=name, low=low, high=high, log=log, step=step)


def _read_int(name: str, raw: Mapping[object, object], field: str) -> Integer:
    low, high = read_int(raw["low"], f"{field}.low"), read_int(raw["high"], f"{field}.high")
    _check_bounds(low, high, field)
    log = _read_log(raw, field)
    if log and low <= 0:
        raise InvalidTrial(f"{field}.low", f"must be at least 1 on a log scale, not {low}")
    step = None if raw.get("step") is None else read_int(raw["step"], f"{field}.step")
    _check_step(step, log=log, field=field)
    return Integer(name=name, low=low, high=high, log=log, step=step)


def _read_choice(name: str, raw: object, field: str, allowance: Allowance) -> Choice:
    if not isinstance(raw, list):
        raise InvalidTrial(field, f"must be a list of values, not {shown(raw)}")
    if not raw:
        raise InvalidTrial(field, "is an empty list: name at least one value to choose from")
    values = (read_value(each, f"{field}[{index}]", allowance) for index, each in enumerate(raw))
    return Choice(name=name, values=tuple(values))


def _read_log(raw: Mapping[object, object], field: str) -> bool:
    return raw.get("log") is not None and read_bool(raw["log"], f"{field}.log")


def _check_bounds(low: float, high: float, field: str) -> None:
    if low > high:
        raise InvalidTrial(f"{field}.low", f"{low} is above high ({high}): exchange them")


def _check_step(step: float | None, *, log: bool, field: str) -> None:
    if step is None:
        return
    if step <= 0:
        raise InvalidTrial(f"{field}.step", f"must be above 0, not {step}; leave it out for none")
    if log:
        raise InvalidTrial(
            f"{field}.step",
            "does not go with log: even steps are not even on a log scale; leave one of them out "
            "or list the values as a choice",
        )
