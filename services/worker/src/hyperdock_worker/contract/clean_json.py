"""JSON from a target, made fit for an event: finite numbers of storable size, valid text."""

import json
import math

from hyperdock_common.json_types import Json

MAX_DEPTH = 20
STORABLE = range(-(2**63), 2**63)


class Unusable(ValueError):
    """Raised when a value cannot enter an event."""


def parse(content: bytes) -> Json:
    """Parses JSON, NaN and Infinity included.

    Raises:
        ValueError: it is not JSON.
    """
    try:
        parsed: Json = json.loads(content)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return parsed


def clean(value: Json, depth: int = 0) -> Json:
    """The value with its text made valid.

    Raises:
        Unusable: it holds NaN, an infinity or an integer beyond 64 bits, or is nested too deeply.
    """
    if depth > MAX_DEPTH:
        raise Unusable("it is nested too deeply")
    match value:
        case float() if not math.isfinite(value):
            raise Unusable("it is not finite")
        case int() if value not in STORABLE:
            raise Unusable("the integer is larger than 64 bits")
        case str():
            return clean_text(value)
        case list():
            return [clean(each, depth + 1) for each in value]
        case dict():
            return {clean_text(key): clean(each, depth + 1) for key, each in value.items()}
        case _:
            return value


def clean_text(text: str, limit: int | None = None) -> str:
    """Text without lone surrogates, which JSON can express and nothing can encode; cut to limit."""
    valid = text.encode("utf-8", "replace").decode("utf-8")
    if limit is not None and len(valid) > limit:
        return valid[: limit - 1] + "…"
    return valid


def number(value: Json) -> float | None:
    """The value as a float (perhaps NaN or infinite) if it is a number; bool is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
