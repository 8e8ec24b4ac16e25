"""The options that say how long and how much is kept: of targets' logs, and of pulses.

Services and the all-in-one command have the same ones; each gives its own kind of option.
"""

import math
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[..., Callable[[Any], Any]]

RETENTION_EVERY: Final = 600.0
KEEP_PULSES: Final = 3600.0
MOST_PULSES: Final = 1_000_000
_LEAST_PULSES: Final = 1_000
_SHORTEST: Final = 60.0


class DurationType(click.ParamType[float]):
    """Seconds, or a text like `30d` or `1h30m`.

    Args:
        least: no less than this.
        why: the sentence that is told with a shorter one.
    """

    name = "duration"

    def __init__(self, least: float, why: str) -> None:
        self._least = least
        self._why = why

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The seconds."""
        from hyperdock_common.spec.quantities import parse_duration  # noqa: PLC0415 - slow

        try:
            seconds = float(parse_duration(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is too long", param, ctx)
        if seconds < self._least:
            self.fail(f"{value!r} is too short: {self._why}", param, ctx)
        return seconds


class SizeType(click.ParamType[int]):
    """Bytes, or a text like `50GB`."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The bytes."""
        from hyperdock_common.spec.quantities import parse_size  # noqa: PLC0415 - slow

        try:
            size = int(parse_size(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if size <= 0:
            self.fail("write more than 0, or leave it out to keep everything", param, ctx)
        return size


def log_retention(option: Option) -> Callable[[Command], Command]:
    """Adds what says which logs of targets are kept."""
    return _adder(
        option(
            "--keep-logs-for",
            type=DurationType(3600.0, "logs of the last hour are always kept; write e.g. 30d"),
            metavar="TIME",
            envvar="HYPERDOCK_KEEP_LOGS_FOR",
            help="Remove the logs of ended jobs that were not written to for so long (30d);"
            " the log of a trial's best job stays.  [default: keep them]",
        ),
        option(
            "--keep-logs-size",
            type=SizeType(),
            metavar="BYTES",
            envvar="HYPERDOCK_KEEP_LOGS_SIZE",
            help="Remove the oldest logs of ended jobs where all logs together are larger (50GB);"
            " the log of a trial's best job stays.  [default: keep them]",
        ),
        option(
            "--retention-every",
            type=DurationType(1.0, "write at least 1s"),
            default=RETENTION_EVERY,
            show_default=False,
            metavar="TIME",
            envvar="HYPERDOCK_RETENTION_EVERY",
            help="How often to look which logs may go.  [default: 10m]",
        ),
    )


def pulse_retention(option: Option) -> Callable[[Command], Command]:
    """Adds what says which pulses are kept."""
    return _adder(
        option(
            "--keep-pulses",
            type=DurationType(
                _SHORTEST, "when a worker was last heard of is told from them; write at least 1m"
            ),
            default=KEEP_PULSES,
            show_default=False,
            metavar="TIME",
            envvar="HYPERDOCK_KEEP_PULSES",
            help="How long the heartbeats of workers are kept.  [default: 1h]",
        ),
        option(
            "--most-pulses",
            type=click.IntRange(_LEAST_PULSES),
            default=MOST_PULSES,
            show_default=True,
            envvar="HYPERDOCK_MOST_PULSES",
            help="How many of them are kept at most.",
        ),
    )


def _adder(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add
