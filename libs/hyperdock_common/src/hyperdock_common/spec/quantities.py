"""Durations and sizes as people write them: `90`, `30s`, `1h30m`; `512m`, `2g`."""

import math
import re
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

_SECONDS: Final = MappingProxyType({"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0})
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])\s*")
_BYTES: Final = MappingProxyType({"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40})
_MOST_BYTES: Final = 2**63
_LONGEST: Final = 100
"""Characters; the time to look for parts grows with the square of the length."""
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?", re.IGNORECASE)


def parse_duration(value: Any) -> Any:
    """Seconds from a number or a text like `1h30m`; anything else is left to the type check."""
    if not isinstance(value, str):
        return value
    if len(value) > _LONGEST:
        raise ValueError("is no duration; write seconds or e.g. 30s, 10m, 1h30m, 2d")
    text = value.strip().lower()
    try:
        return float(text)
    except ValueError:
        parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text):
        raise ValueError(f"{value!r} is no duration; write seconds or e.g. 30s, 10m, 1h30m, 2d")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def parse_size(value: Any) -> Any:
    """Bytes from a number or a text like `512m`; anything else is left to the type check."""
    if not isinstance(value, str):
        return value
    match = _SIZE.fullmatch(value.strip()) if len(value) <= _LONGEST else None
    if match is None:
        raise ValueError(f"{value[:_LONGEST]!r} is no size; write bytes or e.g. 512m, 2g")
    size = float(match[1]) * _BYTES[match[2].lower()]
    if size >= _MOST_BYTES:
        raise ValueError("is more than any machine has; write bytes or e.g. 512m, 2g")
    return math.ceil(size)


Duration = Annotated[
    float, BeforeValidator(parse_duration), Field(gt=0, allow_inf_nan=False, strict=False)
]
"""Seconds, more than 0."""
Size = Annotated[int, BeforeValidator(parse_size), Field(gt=0, lt=_MOST_BYTES)]
"""Bytes, more than 0."""
