"""Sweeps now and then, on a thread of its own, for as long as its process lives."""

import threading
import time
from collections.abc import Callable
from typing import Final

import structlog

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import EventLog, KeptLogs, ViewStore
from hyperdock_gateway.retention.pauses import Pauses, Stopped
from hyperdock_gateway.retention.protection import Protection
from hyperdock_gateway.retention.settings import RetentionSettings
from hyperdock_gateway.retention.sweeping import Sweep, Sweeper

_FIRST: Final = 30.0
"""Seconds: a system that has just started has better things to do."""
_PATIENCE: Final = 30.0
_LOOK: Final = 0.5
_STOP: Final = 5.0
_BEHIND: Final = "the views are behind the log, so nothing was removed"
_log = structlog.get_logger(__name__)


class Retention:
    """Keeps the logs within their limits. `start` it and `stop` it.

    Args:
        artifacts: the logs.
        log: what happened.
        views: what is known of jobs and trials.
        settings: how much is kept; where nothing is said, nothing is ever looked at.
        clock: wall clock.
        counted: is told of each sweep, how ever it ended.
    """

    def __init__(
        self,
        artifacts: KeptLogs,
        log: EventLog,
        views: ViewStore,
        settings: RetentionSettings,
        *,
        clock: Callable[[], float] = time.time,
        counted: Callable[[Sweep], None] = lambda _sweep: None,
    ) -> None:
        self._events = log
        self._settings = settings
        self._clock = clock
        self._counted = counted
        self._protection = Protection(views)
        self._sweeper = Sweeper(artifacts, self._protection, settings, clock)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)
        self._last: Sweep | None = None

    def start(self) -> None:
        """Begins, where there are limits."""
        if self._settings.is_limited:
            self._thread.start()

    def stop(self) -> None:
        """Ends soon; what is left to remove is found again by the next sweep."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_STOP)

    def document(self) -> JsonObject:
        """The limits, and what the last sweep of this process did."""
        return {
            "keep_logs_for": self._settings.keep_for,
            "keep_logs_size": self._settings.keep_size,
            "every": self._settings.every,
            "last": _document(self._last),
        }

    def sweep(self) -> Sweep:
        """Does one sweep, and says what became of it."""
        sweep = Sweep(began_at=self._clock())
        try:
            if self._views_come():
                self._last = sweep
                self._sweeper.run(sweep, Pauses(self._stop))
                sweep.ended_at = self._clock()
            else:
                sweep.problem = _BEHIND
        except Stopped:
            sweep.problem = "it was ended early"
        except StorageUnavailable as error:
            sweep.problem = str(error)
        self._last = sweep
        self._tell(sweep)
        return sweep

    def _views_come(self) -> bool:
        """Waits a while until the views know all that happened."""
        deadline = time.monotonic() + _PATIENCE
        while not (current := self._protection.rely_on(self._events.head())):
            if time.monotonic() >= deadline or self._stop.wait(_LOOK):
                break
        return current

    def _tell(self, sweep: Sweep) -> None:
        self._counted(sweep)
        said = _log.info if sweep.removed else _log.debug
        said(
            "logs_removed",
            count=sweep.removed,
            bytes=sweep.removed_size,
            kept=sweep.logs - sweep.removed,
            kept_bytes=sweep.size - sweep.removed_size,
        )
        if sweep.problem and not self._stop.is_set():
            _log.warning("retention_hindered", reason=sweep.problem)

    def _run(self) -> None:
        pause = min(_FIRST, self._settings.every)
        while not self._stop.wait(pause):
            try:
                self.sweep()
            except Exception as error:  # noqa: BLE001 - the gateway must not end for old logs
                _log.exception("retention_stumbled", error=type(error).__name__)
            pause = self._settings.every


def _document(sweep: Sweep | None) -> JsonObject | None:
    if sweep is None:
        return None
    return {
        "began_at": sweep.began_at,
        "ended_at": sweep.ended_at,
        "logs": sweep.logs,
        "size": sweep.size,
        "removed": sweep.removed,
        "removed_size": sweep.removed_size,
        "problem": sweep.problem,
    }
