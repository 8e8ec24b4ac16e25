"""A trial's jobs as a pandas DataFrame, where pandas is installed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hyperdock_client.documents import JobInfo

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

_COLUMNS = ("number", "job_id", "state", "loss", "origin", "attempt", "worker_id", "reason")
_TIMES = ("proposed_at", "started_at", "finished_at")


def to_frame(jobs: Sequence[JobInfo]) -> "DataFrame":
    """One row a job; nested params and metrics become dotted columns.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas as pd  # noqa: PLC0415 - an extra
    except ImportError as error:
        wanted = "a dataframe needs pandas: pip install 'hyperdock-client[pandas]'"
        raise ImportError(wanted) from error
    frame = pd.json_normalize([_row(job) for job in jobs])
    if frame.empty:
        return pd.DataFrame(columns=[*_COLUMNS, *_TIMES])
    for name in _TIMES:
        frame[name] = pd.to_datetime(frame[name], unit="s", utc=True)
    return frame


def _row(job: JobInfo) -> dict[str, Any]:
    named = {name: getattr(job, name) for name in (*_COLUMNS, *_TIMES)}
    return {**named, "params": job.params, "metrics": job.metrics}
