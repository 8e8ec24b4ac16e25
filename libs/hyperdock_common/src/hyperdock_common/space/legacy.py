r"""The original Hyperdock's `param_space`, read as it is.

An object, or a list of objects for their union: lists are choices, an object with `hdock_distr`
stands for draws from a distribution of scipy.stats, and all else is constant. The draws are made
here, once and as the original made them, and become choices. It is their values that are recorded,
so a trial never depends on scipy's version afterwards. Names are flat: a dot in one belongs to it
and stands as `\.` in the parameter's name.
"""

from functools import partial

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.space.collecting import read_each, read_union
from hyperdock_common.space.draws import draw, is_draws
from hyperdock_common.space.model import Alternative, Space
from hyperdock_common.space.names import escape
from hyperdock_common.space.parameters import Choice, Constant, Parameter
from hyperdock_common.space.reading import Allowance, read_key, read_value
from hyperdock_common.space.wording import shown


def is_param_space(raw: object) -> bool:
    """Whether a raw space is surely the original's: it draws values as only that can."""
    if isinstance(raw, list):
        return any(is_param_space(each) for each in raw if isinstance(each, dict))
    return isinstance(raw, dict) and any(is_draws(value) for value in raw.values())


def parse_param_space(raw: object, field: str = "param_space") -> Space:
    """The space that a raw value in the original's format stands for.

    Raises:
        InvalidTrial: names the fields at fault, what is wrong and what is allowed.
    """
    read = partial(_read_alternative, allowance=Allowance(field))
    return Space(alternatives=read_union(raw, field, read))


def _read_alternative(raw: object, field: str, allowance: Allowance) -> Alternative:
    if not isinstance(raw, dict):
        raise InvalidTrial(field, f"must be an object that names parameters, not {shown(raw)}")
    if not raw:
        raise InvalidTrial(field, 'is empty: name at least one parameter, e.g. {"lr": [0.1, 0.01]}')
    read = partial(_read_parameter, field=field, allowance=allowance)
    return Alternative(parameters=tuple(read_each(raw.items(), read)))


def _read_parameter(written: tuple[object, object], field: str, allowance: Allowance) -> Parameter:
    key, raw = read_key(written[0], field), written[1]
    if not key:
        raise InvalidTrial(field, "has a parameter with an empty name: give it one")
    allowance.spend()
    name, place = escape(key), f"{field}.{escape(key)}"
    if is_draws(raw):
        return Choice(name=name, values=tuple(draw(raw, place, allowance)))
    _refuse_native(raw, place)
    value = read_value(raw, place, allowance)
    if not isinstance(value, list):
        return Constant(name=name, value=value)
    if not value:
        raise InvalidTrial(place, "is an empty list: name at least one value to choose from")
    return Choice(name=name, values=tuple(value))


def _refuse_native(raw: object, field: str) -> None:
    """Refuse a mix of both forms, in which a range would quietly become a constant."""
    if (
        isinstance(raw, dict)
        and raw.get("type") in ("float", "int", "choice")
        and ("values" in raw or {"low", "high"} <= raw.keys())
    ):
        raise InvalidTrial(
            field,
            "is written as in a native `space`, beside draws or in a `param_space`: write all "
            "parameters in one of the two forms",
        )
