"""A trial's jobs as a table (.csv), safe to be opened in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

import msgspec

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.space import split_name

MOST_METRICS: Final = 500
"""Columns of metrics: targets may call each of theirs something new."""

COLUMNS: Final = (
    "number",
    "job_id",
    "state",
    "origin",
    "loss",
    "retracted",
    "attempts",
    "worker_id",
    "proposed_at",
    "started_at",
    "finished_at",
    "seconds",
    "reason",
    "message",
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_PIECE: Final = 64 * 1024


class MetricNames:
    """What jobs' metrics are called, in the order in which they come; the first ones only."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}

    def __iter__(self) -> Iterator[str]:
        return islice(self._names, MOST_METRICS)

    def learn(self, jobs: Iterable[JsonObject]) -> Iterator[None]:
        """Looks at the jobs, one a step."""
        for job in jobs:
            metrics: Any = job["metrics"]
            self._names |= dict.fromkeys(metrics)
            if len(self._names) >= MOST_METRICS:
                return
            yield


def table_of(
    jobs: Iterable[JsonObject], parameters: Sequence[str], metrics: Sequence[str]
) -> Iterator[bytes]:
    """The table, piece by piece.

    Args:
        jobs: one row each.
        parameters: names of parameters as in the search space.
        metrics: names of metrics.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    params = [f"params.{name}" for name in parameters]
    writer.writerow([*COLUMNS, *params, *(f"metrics.{_whole(name)}" for name in metrics)])
    paths = [split_name(name) for name in parameters]
    for job in jobs:
        writer.writerow([_cell(each) for each in _row(job, paths, metrics)])
        if text.tell() >= _PIECE:
            yield _taken(text)
    yield _taken(text)


def _row(
    job: Mapping[str, Any], paths: Sequence[Sequence[str]], metrics: Sequence[str]
) -> Iterator[Json]:
    began, ended = job["started_at"], job["finished_at"]
    values = {
        **job,
        "retracted": job["retracted"] is not None,
        "attempts": len(job["attempts"]),
        "proposed_at": _time(job["proposed_at"]),
        "started_at": _time(began),
        "finished_at": _time(ended),
        "seconds": None if began is None or ended is None else round(ended - began, 3),
    }
    yield from (values[name] for name in COLUMNS)
    yield from (_within(job["params"], path) for path in paths)
    yield from (job["metrics"].get(name) for name in metrics)


def _within(params: Json, path: Sequence[str]) -> Json:
    for part in path:
        params = params.get(part) if isinstance(params, dict) else None
    return params


def _cell(value: Json) -> str | float:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            return f"'{_whole(value)}" if value.startswith(_FORMULA) else _whole(value)
        case int() | float():
            return value
        case _:
            return msgspec.json.encode(value).decode()


def _whole(text: str) -> str:
    """A text as every reader of tables takes it."""
    return text.replace("\x00", "\ufffd")


def _time(at: float | None) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _taken(text: io.StringIO) -> bytes:
    """What was written, which is forgotten then."""
    written = text.getvalue()
    text.seek(0)
    text.truncate()
    return written.encode()
