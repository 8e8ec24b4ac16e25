"""The order in which an alternative's parameters are decided: parents before their children."""

from collections.abc import Iterable, Iterator

from hyperdock_common.errors import HyperdockError
from hyperdock_common.space.parameters import Parameter


class ConditionLoop(HyperdockError):
    """Raised when parameters depend on each other in a circle; `names` goes once around it."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(" -> ".join(names))


def parents_first(parameters: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """The parameters with every parent before its children, otherwise in the order given.

    Raises:
        ConditionLoop: there is no such order.
    """
    by_name = {parameter.name: parameter for parameter in parameters}
    ordered: dict[str, Parameter] = {}
    for parameter in by_name.values():
        _place(parameter, by_name, ordered)
    return tuple(ordered.values())


def _place(
    parameter: Parameter, by_name: dict[str, Parameter], ordered: dict[str, Parameter]
) -> None:
    """Place a parameter behind its ancestors; a stack, as chains may be deeper than Python's."""
    open_: dict[str, Iterator[str]] = {parameter.name: _parents(parameter)}
    while open_:
        name = next(reversed(open_))
        parent = next((each for each in open_[name] if each not in ordered), None)
        if parent is None:
            del open_[name]
            ordered.setdefault(name, by_name[name])
        elif parent in open_:
            path = list(open_)
            raise ConditionLoop((*path[path.index(parent) :], parent))
        else:
            open_[parent] = _parents(by_name[parent])


def _parents(parameter: Parameter) -> Iterator[str]:
    return (condition.parameter for condition in parameter.when)
