"""The native format of a space, read and checked.

    lr: {type: float, low: 1.0e-5, high: 0.1, log: true}
    optimizer: [adam, sgd]                               # short for {type: choice, values: […]}
    momentum: {type: float, low: 0, high: 0.99, when: {optimizer: sgd}}
    epochs: 10                                           # short for {type: constant, value: 10}
    model:                                               # a group: an object without a `type`
      depth: {type: int, low: 1, high: 4}

A list of such objects is the union of their spaces.
"""

from dataclasses import replace
from functools import partial

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.space.collecting import read_each, read_union
from hyperdock_common.space.conditions import Parents
from hyperdock_common.space.definitions import read_parameter
from hyperdock_common.space.model import Alternative, Space
from hyperdock_common.space.ordering import ConditionLoop
from hyperdock_common.space.outline import outline
from hyperdock_common.space.parameters import Condition, Parameter
from hyperdock_common.space.reading import Allowance


def parse_space(raw: object, field: str = "space") -> Space:
    """The space that a raw value in the native format stands for.

    Args:
        raw: an object, or a list of objects for their union, as JSON or YAML has them.
        field: what problems call it.

    Raises:
        InvalidTrial: names the fields at fault, what is wrong and what is allowed.
    """
    allowance = Allowance(field)
    read = partial(_read_alternative, allowance=allowance)
    return Space(alternatives=read_union(raw, field, read))


def _read_alternative(raw: object, field: str, allowance: Allowance) -> Alternative:
    entries = []
    for entry in outline(raw, field):
        allowance.spend()
        entries.append(entry)
    bare = read_each(entries, lambda entry: read_parameter(entry, allowance))
    parents = Parents(bare, allowance)
    conditions = read_each(entries, parents.read)
    complete = map(_with_conditions, bare, conditions)
    try:
        return Alternative(parameters=tuple(complete))
    except ConditionLoop as error:
        raise InvalidTrial(
            f"{field}.{error.names[0]}.when",
            f"goes in a circle: {' needs '.join(error.names)}; leave one of these conditions out",
        ) from error


def _with_conditions(parameter: Parameter, conditions: tuple[Condition, ...]) -> Parameter:
    return replace(parameter, when=conditions)
