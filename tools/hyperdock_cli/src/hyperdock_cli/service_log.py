"""Where the services of the all-in-one mode log: a file, so that the terminal is for people.

What commands do by themselves is logged to standard error: standard output is for their answers.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOBase
from pathlib import Path
from typing import TextIO, cast

import structlog

from hyperdock_common.logging import configure_logging

_LARGEST = 10 * 2**20


class _Forgiving(TextIOBase):
    """Appends to a file; a log that cannot be written (disk full) is no reason to stop working."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", errors="backslashreplace")

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def close(self) -> None:
        with suppress(OSError):
            self._file.close()

    def isatty(self) -> bool:
        return False


def log_to(path: Path) -> None:
    """Sends what the services and their libraries log to a file; a large old one is set aside.

    Raises:
        OSError: the file cannot be opened.
    """
    if path.exists() and path.stat().st_size > _LARGEST:
        path.replace(path.with_suffix(f"{path.suffix}.1"))
    stream = cast("TextIO", _Forgiving(path))
    configure_logging(stream=stream)
    logging.captureWarnings(capture=True)  # of libraries, about libraries
    logging.basicConfig(stream=stream, level=logging.WARNING, force=True)


@contextmanager
def logs_aside() -> Iterator[None]:
    """Sends what is logged meanwhile to standard error."""
    before = structlog.get_config()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        yield
    finally:
        structlog.configure(**before)
