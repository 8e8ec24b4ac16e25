"""What is told of logs that were removed."""

import datetime as dt
from typing import Final

from hyperdock_common.ports import RemovedLog
from hyperdock_gateway.retention.policy import Due
from hyperdock_gateway.retention.settings import RetentionSettings

_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def reason_of(due: Due, settings: RetentionSettings) -> str:
    """Why a log goes, in words that follow a colon."""
    if due is Due.AGE and settings.keep_for is not None:
        return f"logs are kept for {_duration(settings.keep_for)} here"
    return f"all logs together are kept up to {settings.keep_size or 0:,} bytes here"


def told(attempt: int, removed: RemovedLog) -> str:
    """What a person is told who asks for a log that was removed."""
    moment = dt.datetime.fromtimestamp(removed.removed_at, dt.UTC)
    return (
        f"the log of attempt {attempt} ({removed.size:,} bytes) was removed"
        f" on {moment:%Y-%m-%d at %H:%M} UTC: {removed.reason}"
    )


def _duration(seconds: float) -> str:
    """In the largest unit that says it exactly."""
    for size, unit in _UNITS:
        if seconds % size == 0:
            count = int(seconds // size)
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"{seconds:g} seconds"
