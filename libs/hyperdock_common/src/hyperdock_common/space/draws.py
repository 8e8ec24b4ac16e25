"""Draws from a distribution of scipy.stats, the same ones as in the original Hyperdock.

scipy is imported here alone and only where something is drawn, as its import is slow.
"""

import math
from collections.abc import Mapping
from typing import Any, TypeGuard

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.space.reading import (
    LARGEST_INT,
    MOST_VALUES,
    Allowance,
    read_int,
    read_number,
)
from hyperdock_common.space.wording import near, quoted, shown

_DISTRIBUTION, _ARGUMENTS = "hdock_distr", "hdock_distr_kwargs"
_SAMPLES, _SEED = "hdock_samples", "hdock_seed"
_KEYS = (_DISTRIBUTION, _ARGUMENTS, _SAMPLES, _SEED)
_LARGEST_SEED = 2**32 - 1


def is_draws(raw: object) -> TypeGuard[dict[object, object]]:
    """Whether this is an object that asks for draws."""
    return isinstance(raw, dict) and any(key in raw for key in _KEYS)


def draw(raw: Mapping[object, object], field: str, allowance: Allowance) -> list[int | float]:
    """The values that an `hdock_distr` object stands for.

    Raises:
        InvalidTrial: it is incomplete, or what it asks for cannot be drawn.
    """
    _check_keys(raw, field)
    samples = read_int(raw[_SAMPLES], f"{field}.{_SAMPLES}")
    if not 1 <= samples <= MOST_VALUES:
        raise InvalidTrial(f"{field}.{_SAMPLES}", f"must be 1 to {MOST_VALUES:,}, not {samples}")
    allowance.spend(samples)
    seed = read_int(raw.get(_SEED, 0), f"{field}.{_SEED}")
    if not 0 <= seed <= _LARGEST_SEED:
        raise InvalidTrial(f"{field}.{_SEED}", f"must be 0 to {_LARGEST_SEED}, not {seed}")
    distribution = _find(raw[_DISTRIBUTION], f"{field}.{_DISTRIBUTION}")
    place = f"{field}.{_ARGUMENTS}"
    arguments = _read_arguments(raw.get(_ARGUMENTS, {}), distribution, place)
    drawn = _draw(distribution, arguments, samples, seed, place)
    return [_read_draw(each, place) for each in drawn]


def _check_keys(raw: Mapping[object, object], field: str) -> None:
    for key in raw:
        if str(key).startswith("hdock_") and key not in _KEYS:
            raise InvalidTrial(
                f"{field}.{key}",
                f"unknown key: {near(str(key), _KEYS)}allowed are {quoted(_KEYS)}",
            )
    for key in (_DISTRIBUTION, _SAMPLES):
        if key not in raw:
            raise InvalidTrial(
                f"{field}.{key}",
                f"is missing: `{_DISTRIBUTION}` (a name of scipy.stats) "
                f"and `{_SAMPLES}` (how many draws) are needed",
            )


def _find(raw: object, field: str) -> Any:
    from scipy import stats  # noqa: PLC0415 - slow, see above

    kinds = (stats.rv_continuous, stats.rv_discrete)
    known = [name for name in stats.__all__ if isinstance(getattr(stats, name), kinds)]
    if raw not in known:
        raise InvalidTrial(
            field,
            f"{shown(raw)} is no distribution of numbers in scipy.stats: "
            f"{near(str(raw), known)}there are {quoted(known)}",
        )
    return getattr(stats, str(raw))


def _read_arguments(raw: object, distribution: Any, field: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise InvalidTrial(field, f"must be an object, not {shown(raw)}")
    shapes = distribution.shapes.replace(" ", "").split(",") if distribution.shapes else []
    allowed = [*shapes, "loc", *(["scale"] if hasattr(distribution, "pdf") else [])]
    for key in raw:
        if key not in allowed:
            raise InvalidTrial(
                f"{field}.{key}",
                f"unknown argument: {near(str(key), allowed)}allowed are {quoted(allowed)}",
            )
    for key in shapes:
        if key not in raw:
            raise InvalidTrial(f"{field}.{key}", f"is missing: {distribution.name} needs it")
    return {str(key): _read_argument(value, f"{field}.{key}") for key, value in raw.items()}


def _read_argument(raw: object, field: str) -> Any:
    if isinstance(raw, list):  # a few distributions take several probabilities
        return [read_number(each, f"{field}[{index}]") for index, each in enumerate(raw)]
    return read_number(raw, field)


def _draw(
    distribution: Any, arguments: Mapping[str, Any], samples: int, seed: int, field: str
) -> list[Any]:
    """One draw after the other from one generator: all at once would give other values."""
    import numpy as np  # noqa: PLC0415 - slow, see above

    generator = np.random.RandomState(seed)
    try:
        with np.errstate(all="ignore"):  # what is not finite is refused afterwards
            frozen = distribution(**arguments)
            return [frozen.rvs(random_state=generator) for _ in range(samples)]
    except Exception as error:  # whatever the code of 130 distributions raises, the input is why
        raise InvalidTrial(field, f"{distribution.name} cannot draw with these: {error}") from error


def _read_draw(raw: Any, field: str) -> int | float:
    value = raw.item() if getattr(raw, "ndim", None) == 0 else raw  # out of numpy's own types
    if not isinstance(value, int | float):
        raise InvalidTrial(field, "makes several numbers a draw: give one number for each argument")
    if isinstance(value, int) and abs(value) > LARGEST_INT:
        raise InvalidTrial(field, "makes draws beyond 64 bits: choose other arguments")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidTrial(field, f"makes draws that are not finite numbers, such as {value}")
    return value
