"""How a service of its own logs: all of it, libraries included, in one form on standard error."""

import logging
import sys
from typing import Final, TextIO, cast

import structlog

from hyperdock_common.logging import configure_logging

_NOISY: Final = ("pika", "pymongo", "uvicorn", "httpx", "httpcore", "websockets")
"""Say at length what our adapters say in a line; heard only at the level `debug`."""


def configure_service_logging(level: str, form: str, stream: TextIO | None = None) -> None:
    """Sends everything to a stream.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        form: `json`, `console`, or `auto`: console on a terminal.
        stream: standard error where none is given.
    """
    target = stream or sys.stderr
    console = target.isatty() if form == "auto" else form == "console"
    configure_logging(level=level, stream=cast("TextIO", _Stream(target, to_people=console)))
    logging.captureWarnings(capture=True)
    logging.basicConfig(level=logging.WARNING, handlers=[_Forwarding()], force=True)
    for name in _NOISY:
        heard = logging.WARNING if level.lower() == "debug" else logging.CRITICAL
        logging.getLogger(name).setLevel(heard)


class _Stream:
    """A stream that is told whether people read it."""

    def __init__(self, stream: TextIO, *, to_people: bool) -> None:
        self._to_people = to_people
        self.write = stream.write
        self.flush = stream.flush

    def isatty(self) -> bool:
        return self._to_people


class _Forwarding(logging.Handler):
    """Takes in what libraries log, so that it comes out in our form."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(
            record.levelno, "library_says", library=record.name, text=record.getMessage(),
            **({"exc_info": error} if error else {}),
        )  # fmt: skip
