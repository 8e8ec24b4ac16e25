"""Writing heartbeats for people to see, a few at a time: nothing depends on them."""

from collections.abc import Sequence

import structlog

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import Envelope
from hyperdock_common.ports import EventLog, ViewStore
from hyperdock_common.projections import HEARTBEATS, catch_up_pulses

_log = structlog.get_logger()


class Pulses:
    """Collects pulses and writes them now and then; those of an outage of the store are dropped."""

    def __init__(self, log: EventLog, views: ViewStore, keep: float, most: int) -> None:
        self._log = log
        self._views = views
        self._keep = keep
        self._most = most
        self._waiting: list[Envelope] = []
        self._written_at: float | None = None

    def add(self, pulses: Sequence[Envelope]) -> None:
        """Takes some in."""
        self._waiting.extend(pulses)

    def write(self, now: float, every: float) -> None:
        """Writes what was taken in, at most once in `every` seconds of the monotonic clock."""
        if not self._waiting or (self._written_at is not None and now - self._written_at < every):
            return
        pulses, self._waiting = self._waiting, []
        self._written_at = now
        try:
            self._log.append_pulses(pulses, self._keep, self._most)
            catch_up_pulses(HEARTBEATS, self._views, self._log)
        except StorageUnavailable as error:
            _log.warning("pulses_dropped", count=len(pulses), error=str(error))
