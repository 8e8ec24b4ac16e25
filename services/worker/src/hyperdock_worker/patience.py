"""Asking what may be away for a while, until it answers."""

import threading
from collections.abc import Callable
from typing import TypeVar

import structlog

from hyperdock_common.errors import RunnerUnavailable, StorageUnavailable

T = TypeVar("T")

_log = structlog.get_logger()
_AGAIN = 2.0


def until_it_answers(ask: Callable[[], T], stop: threading.Event) -> T | None:
    """What `ask` says once nothing that it needs is away; None where `stop` came first."""
    while not stop.is_set():
        try:
            return ask()
        except (RunnerUnavailable, StorageUnavailable) as error:
            _log.warning("not_available", error=str(error), remedy="trying again")
            stop.wait(_AGAIN)
    return None
