"""Params that people write, checked against a space and completed."""

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.json_types import JsonObject
from hyperdock_common.space.fitting import Fitting
from hyperdock_common.space.model import Space
from hyperdock_common.space.wording import shown


def check_params(space: Space, params: object, field: str = "params") -> JsonObject:
    """The params as the space itself would give them.

    Constants may be left out; they are filled in. 3.0 is taken for the int 3, and 3 for 3.0.

    Args:
        space: what the params must be of; of a union the first alternative that they fit.
        params: nested objects, as a target gets them.
        field: what problems call them.

    Raises:
        InvalidTrial: names each parameter at fault (of the nearest alternative, if it is a union).
    """
    if not isinstance(params, dict):
        raise InvalidTrial(field, f"must be an object that names parameters, not {shown(params)}")
    tried = []
    for index, alternative in enumerate(space.alternatives):
        fitting = Fitting(alternative.ordered)
        fit = fitting.fit(params)
        if not fit.faults:
            return alternative.resolve(fit.values)
        tried.append((fit.faults, index, fitting, fit))
    _, index, fitting, fit = min(tried, key=lambda each: each[:2])
    problems = fitting.problems(fit, field)
    if len(space.alternatives) == 1:
        raise InvalidTrial(problems[0].field, problems[0].problem, *problems[1:])
    nearest = f"fits no alternative of the space; the nearest is space[{index}]"
    raise InvalidTrial(field, nearest, *problems)
