"""How many different params a space has, without going through them.

What hangs on nothing or on one parent alone (a *simple* parameter) is multiplied or added up the
tree. Where a parameter has several parents, the parameters around it are decided one after the
other, and all assignments that make the same later ones inactive are counted together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import TypeAlias

from hyperdock_common.space.equality import identity
from hyperdock_common.space.parameters import Condition, Parameter

_MOST_STEPS = 100_000  # well under a second; only contrived spaces come near

_Children: TypeAlias = Mapping[str, Sequence[tuple[str, Condition]]]
_Inactive: TypeAlias = int  # a set of parameters, one bit each


def count_params(parameters: Sequence[Parameter]) -> int | None:
    """The number of different params; None if any parameter is continuous.

    It is exact unless conditions are so entangled that counting would take too long; then it is
    an upper bound.

    Args:
        parameters: parents before children.
    """
    if any(each.cardinality is None for each in parameters):
        return None
    children = _children_of(parameters)
    simple: dict[str, int] = {}  # how many params each has, with all that hangs on it
    for each in reversed(parameters):
        if len(each.when) <= 1 and all(name in simple for name, _ in children.get(each.name, ())):
            simple[each.name] = _outcomes(each, children, simple, {}).total()
    free = prod(simple[each.name] for each in parameters if not each.when and each.name in simple)
    entangled = [each for each in parameters if each.name not in simple]
    return free * _count_entangled(entangled, children, simple)


def _children_of(parameters: Iterable[Parameter]) -> _Children:
    children: dict[str, list[tuple[str, Condition]]] = defaultdict(list)
    for parameter in parameters:
        for condition in parameter.when:
            children[condition.parameter].append((parameter.name, condition))
    return dict(children)


def _outcomes(
    parameter: Parameter,
    children: _Children,
    simple: Mapping[str, int],
    bits: Mapping[str, _Inactive],
) -> Counter[_Inactive]:
    """In how many ways an active parameter and its simple children make which others inactive."""
    kept: dict[str, _Inactive] = defaultdict(int)  # by value, as is the next
    ways: dict[str, int] = defaultdict(lambda: 1)
    every = 0
    for name, condition in children.get(parameter.name, ()):
        every |= bits.get(name, 0)
        for value in map(identity, condition.values):
            kept[value] |= bits.get(name, 0)
            ways[value] *= simple.get(name, 1)
    outcomes: Counter[_Inactive] = Counter()
    for value, names in kept.items():
        outcomes[every & ~names] += ways[value]
    outcomes[every] += (parameter.cardinality or 0) - len(kept)
    return +outcomes


def _count_entangled(
    parameters: Sequence[Parameter], children: _Children, simple: Mapping[str, int]
) -> int:
    bits = {parameter.name: 1 << place for place, parameter in enumerate(parameters)}
    ways: Counter[_Inactive] = Counter({0: 1})
    steps, bound = 0, 1
    for parameter in _families(parameters, children):
        outcomes = _outcomes(parameter, children, simple, bits)
        bound *= outcomes.total()
        steps += len(ways) * len(outcomes)
        if steps <= _MOST_STEPS:
            mine = _union(bits.get(name, 0) for name, _ in children.get(parameter.name, ()))
            ways = _decided(ways, outcomes, bits[parameter.name], mine)
    return ways.total() if steps <= _MOST_STEPS else bound


def _decided(
    ways: Counter[_Inactive], outcomes: Counter[_Inactive], bit: _Inactive, children: _Inactive
) -> Counter[_Inactive]:
    """The ways after one more parameter: each of its outcomes, or none where it is inactive."""
    following: Counter[_Inactive] = Counter()
    for inactive, count in ways.items():
        if inactive & bit:
            following[inactive & ~bit | children] += count
            continue
        for more, share in outcomes.items():
            following[inactive | more] += count * share
    return following


def _families(parameters: Sequence[Parameter], children: _Children) -> Iterator[Parameter]:
    """Parents first, each child as soon as it can come: what is decided can be forgotten."""
    by_name = {parameter.name: parameter for parameter in parameters}
    waiting = {each.name: len(each.when) for each in parameters}
    ready = [each.name for each in reversed(parameters) if not each.when]
    while ready:
        name = ready.pop()
        yield by_name[name]
        for child, _ in children.get(name, ()):
            if child in waiting:
                waiting[child] -= 1
                if not waiting[child]:
                    ready.append(child)


def _union(bits: Iterable[_Inactive]) -> _Inactive:
    result = 0
    for bit in bits:
        result |= bit
    return result
