"""Moments as people type them: so long ago, or a date and time."""

import re
import time
from datetime import UTC, datetime
from typing import Any, Final

import click

_AGO: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)")
_SECONDS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}


class Moment(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    """`90s`, `10m`, `2h`, `3d`: so long ago; or a date, with a time or not, local unless it says.

    It becomes seconds since 1970.
    """

    name = "TIME"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The moment."""
        if isinstance(value, float):
            return value
        try:
            moment = _seconds(str(value).strip())
            datetime.fromtimestamp(moment, UTC)
        except (ValueError, OverflowError, OSError):
            self.fail(f"{value!r} is no time; write 10m, 2h, 3d or 2026-01-31T12:00", param, ctx)
        return moment


def _seconds(text: str) -> float:
    if ago := _AGO.fullmatch(text):
        return time.time() - float(ago[1]) * _SECONDS[ago[2]]
    return datetime.fromisoformat(text).timestamp()
