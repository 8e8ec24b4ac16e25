"""`--at`: the moment of the past as of which a command shows something."""

from datetime import UTC, datetime
from typing import Any, Final

import click

from hyperdock_cli.api_client import ApiClient
from hyperdock_cli.moment_option import Moment
from hyperdock_client import calls


class At(click.ParamType):  # type: ignore[type-arg]  # generic in new releases of click only
    """A position of the log, or a time as `Moment` reads it.

    It becomes what the gateway takes: the position, or the time in UTC.
    """

    name = "MOMENT"
    _time: Final = Moment()

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The moment, as text."""
        text = str(value).strip()
        if text.isascii() and text.isdecimal():
            return text
        at = datetime.fromtimestamp(self._time.convert(text, param, ctx), UTC)
        return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


at_option = click.option(
    "--at",
    type=At(),
    help="As of a moment of the past: a position of the log, so long ago (10m, 2h, 3d), or a date "
    "and time.",
)


def now_at(client: ApiClient, at: str | None, now: float) -> float:
    """What the clock said at a moment: by that, people are told how long something had taken."""
    if at is None or at == "0":
        return now
    if not at.isdecimal():
        return datetime.fromisoformat(at).timestamp()
    return float(client.document(calls.event(at))["recorded_at"])
