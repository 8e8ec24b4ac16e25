"""Which logs go: decided one after the other, the oldest first."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hyperdock_common.ports import KeptLog
from hyperdock_gateway.retention.settings import RetentionSettings

ALWAYS_KEPT: Final = 3600.0
"""Seconds: whatever the settings, somebody may still be reading what was written lately."""


class Due(StrEnum):
    """Why a log goes."""

    AGE = "age"
    SIZE = "size"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A log that may go.

    Attributes:
        written_at: when it was last written to, or its job ended where that is not known.
        is_protected: it stays, whatever happens.
    """

    log: KeptLog
    written_at: float
    is_protected: bool


class Selection:
    """One pass over all logs.

    Args:
        settings: how much is kept.
        total: the bytes of all logs.
        now: the time.
    """

    def __init__(self, settings: RetentionSettings, total: int, now: float) -> None:
        self._settings = settings
        self._now = now
        self.total = total

    def is_over_at(self, written_at: float) -> bool:
        """Whether no log that was written then, or later, is due."""
        return self._due(written_at) is None

    def due(self, candidate: Candidate) -> Due | None:
        """Why this log goes; None where it stays."""
        return None if candidate.is_protected else self._due(candidate.written_at)

    def removed(self, log: KeptLog) -> None:
        """Takes into account that a log is gone."""
        self.total -= log.size

    def _due(self, written_at: float) -> Due | None:
        age, settings = self._now - written_at, self._settings
        if age < ALWAYS_KEPT:
            return None
        if settings.keep_for is not None and age > settings.keep_for:
            return Due.AGE
        is_too_much = settings.keep_size is not None and self.total > settings.keep_size
        return Due.SIZE if is_too_much else None
