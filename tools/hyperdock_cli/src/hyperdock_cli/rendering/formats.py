"""Single values as people read them."""

import json
import shlex
import time
from collections.abc import Iterator, Mapping
from typing import Any

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_EXACT_BELOW = 10
_TARGET_WIDTH = 80


def loss(value: float | None) -> str:
    """A loss, short enough for a table."""
    return "-" if value is None else f"{value:.6g}"


def exact(value: object) -> str:
    """A JSON value with every digit, on one line."""
    return json.dumps(value, ensure_ascii=False)


def printable(text: object) -> str:
    """A text from outside on one line, without what would drive the terminal."""
    line = " ".join(str(text).split())
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)


def short(text: object, width: int) -> str:
    """A text from outside, cut to a width."""
    line = printable(text)
    return line if len(line) <= width else f"{line[: width - 1]}…"


def duration(seconds: float | None) -> str:
    """How long something takes."""
    if seconds is None:
        return "-"
    if seconds < _EXACT_BELOW:
        return f"{max(0.0, seconds):.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR:02} h"


def ago(moment: float | None, now: float) -> str:
    """How long ago something was."""
    return "-" if moment is None else f"{duration(max(0.0, now - moment))} ago"


def moment(seconds: float | None) -> str:
    """A moment in local time."""
    if seconds is None:
        return "-"
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def rate(per_second: float | None) -> str:
    """How many jobs end in a time."""
    if per_second is None:
        return "-"
    if per_second >= 1:
        return f"{per_second:.1f} jobs/s"
    if per_second * _MINUTE >= 1:
        return f"{per_second * _MINUTE:.1f} jobs/min"
    return f"{per_second * _HOUR:.1f} jobs/h"


def size(count: int) -> str:
    """A number of bytes."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:  # noqa: PLR2004
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def params(values: Mapping[str, Any]) -> str:
    """Parameters as `name=value`, groups with dots."""
    return " ".join(f"{name}={_value(value)}" for name, value in _flat(values, ""))


def flat(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Parameters by their dotted names, with their values as texts."""
    return ((name, _value(value)) for name, value in _flat(values, ""))


def target(trial: Mapping[str, Any]) -> str:
    """What a trial runs."""
    image, command = trial.get("image"), trial.get("command")
    words = shlex.join(command) if command else ""
    text = " ".join(each for each in (f"image {image}" if image else "", words) if each)
    return short(text, _TARGET_WIDTH)


def _flat(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield printable(f"{prefix}{name}"), value


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return printable(value if isinstance(value, str) and " " not in value else exact(value))
