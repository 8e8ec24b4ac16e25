"""A job as a thing to work with: what was read last, and what can be done with it."""

import codecs
from pathlib import Path
from typing import Any, Generic, TypeVar, cast
from uuid import uuid4

from hyperdock_client import calls
from hyperdock_client.documents import FileInfo, JobInfo, Json, MetricPoint, Point, Why
from hyperdock_client.flows import (
    Asynchronous,
    Driver,
    Flow,
    Items,
    Save,
    Synchronous,
    ask,
    gathered,
    iteration,
    mapped,
    operation,
)
from hyperdock_client.requests import Call
from hyperdock_client.watching import followed_log, pages, whole_log

JobT = TypeVar("JobT")

_LOG_END = 256 * 1024


def new_key() -> str:
    """A key that makes a call one that is done once, however often it is sent."""
    return uuid4().hex


class JobOperations(Generic[JobT]):
    """What `Job` and `AsyncJob` can do.

    Attributes:
        info: the job as it was read last.
    """

    def __init__(self, driver: Driver, info: JobInfo) -> None:
        self.driver = driver
        self.info = info

    def __repr__(self) -> str:
        loss = "" if self.loss is None else f", loss {self.loss:.6g}"
        return f"<{type(self).__name__} {self.id}: {self.state}{loss}>"

    @property
    def id(self) -> str:
        """`<trial>.<number>`."""
        return self.info.job_id

    @property
    def state(self) -> str:
        """`pending`, `running`, `succeeded`, `failed`, `pruned` or `cancelled`."""
        return self.info.state

    @property
    def params(self) -> Json:
        """What is evaluated."""
        return self.info.params

    @property
    def loss(self) -> float | None:
        """What came of it; None before that, and where it did not succeed."""
        return self.info.loss

    @operation
    def refresh(self) -> Call[JobT]:
        """Reads it again."""
        return calls.job(self.id).then(self._take)

    @operation
    def stop(self) -> Call[JobT]:
        """Ends it."""
        return calls.stop_job(self.id).then(self._take)

    @operation
    def retry(self, *, key: str | None = None) -> Call[Point]:
        """Runs its params once more, as another job."""
        return calls.retry_job(self.id, key or new_key())

    @operation
    def retract(self, reason: str = "") -> Call[JobT]:
        """Takes its loss out of the trial: it was wrong."""
        return calls.retract_job(self.id, reason).then(self._take)

    @operation
    def log(self, *, attempt: int | None = None, tail: int | None = None) -> Flow[str]:
        """What its target wrote up to now: all of it, or the last `tail` lines."""
        if tail is None:
            pieces = yield from gathered(whole_log(self.id, attempt))
            return b"".join(each.data for each in pieces).decode(errors="replace")
        end = yield from ask(calls.log(self.id, attempt, -_LOG_END))
        lines = end.data.decode(errors="replace").splitlines(keepends=True)
        return "".join(lines[max(0, len(lines) - tail) :])

    @iteration
    def follow_log(self, *, attempt: int | None = None) -> Items[str]:
        """What its target writes, piece by piece, until the job has ended."""
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        chunks = followed_log(self.id, attempt)
        return mapped(chunks, lambda chunk: decoder.decode(chunk.data))

    @operation
    def metrics(self, *, at: int | str | None = None) -> Flow[list[MetricPoint]]:
        """What it reported while it ran: up to now, or as of a moment."""

        def call(**query: Any) -> Call[Json]:
            return calls.metrics(self.id, **query)

        return gathered(pages(call, {"at": at}, MetricPoint))

    @operation
    def why(self, *, at: int | str | None = None) -> Call[Why]:
        """Why it is as it is (or was, `at` a position of the log or a time), in sentences."""
        return calls.why_job(self.id, at=at)

    @operation
    def files(self) -> Call[list[FileInfo]]:
        """The files that it left."""
        return calls.files(self.id)

    @operation
    def download(self, to: str | Path, file: str | None = None) -> Flow[Path]:
        """Saves one of its files, or all of them as a .tar.gz."""
        call = calls.archive(self.id) if file is None else calls.file(self.id, file)
        return saved(call, to)

    def _take(self, info: JobInfo) -> JobT:
        self.info = info
        return cast("JobT", self)


class Job(JobOperations["Job"], Synchronous):
    """A job."""


class AsyncJob(JobOperations["AsyncJob"], Asynchronous):
    """A job; what asks the gateway is awaited."""


def saved(call: Call[None], to: str | Path) -> Flow[Path]:
    """Saves what a call is answered with."""
    yield Save(call, Path(to))
    return Path(to)
