"""How every service logs: a snake_case fact and its keys; JSON for machines, console for people."""

import logging
import sys
from pathlib import Path
from typing import Any, TextIO

import structlog


def configure_logging(
    *, level: str = "info", file: Path | None = None, stream: TextIO | None = None
) -> None:
    """Sends the logs to a file (as JSON lines) or to a stream (for people, if it is a terminal).

    Args:
        level: `debug`, `info`, `warning` or `error`.
        file: appended to; takes precedence over `stream`.
        stream: standard error where neither is given.
    """
    target = file.open("a", encoding="utf-8") if file is not None else stream or sys.stderr
    to_people = file is None and target.isatty()
    renderer: Any = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if to_people
        else structlog.processors.JSONRenderer()
    )
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not to_people:
        processors.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*processors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
