"""Going through every assignment of a finite space, one at a time."""

from collections.abc import Iterator, Sequence

from hyperdock_common.json_types import Json
from hyperdock_common.space.parameters import Parameter, is_active


def walk(parameters: Sequence[Parameter], points: int | None) -> Iterator[dict[str, Json]]:
    """Every different assignment of the active parameters, by name.

    The same dict is given each time, with other content: use it before asking for the next. An
    inactive parameter is not walked through, so no assignment comes twice.

    Args:
        parameters: parents before children; the first varies slowest.
        points: how many even points to take of a continuous parameter.
    """
    chosen: dict[str, Json] = {}
    open_ = [_decide(parameters[0], chosen, points)]
    while open_:
        if not next(open_[-1], False):
            open_.pop()
        elif len(open_) == len(parameters):
            yield chosen
        else:
            open_.append(_decide(parameters[len(open_)], chosen, points))


def _decide(parameter: Parameter, chosen: dict[str, Json], points: int | None) -> Iterator[bool]:
    """Set the parameter to one value after the other; once to nothing where it is inactive."""
    if not is_active(parameter, chosen):
        yield True
        return
    for value in parameter.candidates(points):
        chosen[parameter.name] = value
        yield True
    del chosen[parameter.name]
