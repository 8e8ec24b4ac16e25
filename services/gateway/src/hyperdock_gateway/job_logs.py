"""The logs of jobs: a piece of one, or all of it to save."""

from functools import partial
from typing import Any, Final

from pydantic import Field
from starlette.responses import Response

from hyperdock_common.web import Refused
from hyperdock_gateway.api import Call, Media, Operation, Parameters
from hyperdock_gateway.api.documents.job import LOG_HEADERS
from hyperdock_gateway.downloads import download, job_name
from hyperdock_gateway.jobs import find_job
from hyperdock_gateway.logs import Read, log_end, read_chunk, read_to
from hyperdock_gateway.retention.wording import told

LOG_CHUNK: Final = 64 * 1024
LARGEST_LOG_CHUNK: Final = 1024 * 1024
_LOG: Final = "text/plain; charset=utf-8"
_MOST: Final = 2**53
_MOST_ATTEMPTS: Final = 10**9
_NOW_ONLY: Final = "the log of a job is made of no events: it can be shown as it is now only"


class AttemptParameters(Parameters):
    """Which attempt's log."""

    attempt: int | None = Field(
        default=None, ge=1, le=_MOST_ATTEMPTS, description="The newest where none is named."
    )


class LogParameters(AttemptParameters):
    """Which piece of which attempt's log."""

    offset: int = Field(
        default=0, ge=-LARGEST_LOG_CHUNK, le=_MOST, description="In bytes; negative: from the end."
    )
    limit: int = Field(default=LOG_CHUNK, ge=1, le=LARGEST_LOG_CHUNK, description="In bytes.")


def show_log(call: Call[LogParameters, None]) -> Response:
    """A piece of the log of one attempt (the newest unless named); a negative offset is its end."""
    attempt, read = _asked(call)
    start, chunk = read_chunk(read, call.query.offset, call.query.limit)
    if not chunk:
        _refuse_removed(call, attempt)
    headers = {
        "X-Log-Attempt": str(attempt),
        "X-Log-Offset": str(start),
        "X-Log-Next": str(start + len(chunk)),
    }
    return Response(chunk, 200, headers, _LOG)


def download_log(call: Call[AttemptParameters, None]) -> Response:
    """The log of one attempt, up to where it goes now."""
    attempt, read = _asked(call)
    end = log_end(read)
    if not end:
        _refuse_removed(call, attempt)
    name = f"{job_name(call.path['job_id'], attempt)}.log"
    return download(call, read_to(read, end), name=name, media=_LOG, size=end)


def _asked(call: Call[Any, None]) -> tuple[int, Read]:
    """Of which attempt the log is asked for, and how it is read."""
    job: Any = find_job(call.services, call.path["job_id"])
    attempt = call.query.attempt or max(1, job["attempt"])
    read = call.services.artifacts.read_log
    return attempt, partial(read, job["trial_id"], job["job_id"], attempt)


def _refuse_removed(call: Call[Any, None], attempt: int) -> None:
    """Where nothing can be read: a log that was removed is not told to be an empty one.

    Raises:
        Refused: it was removed.
    """
    job: Any = find_job(call.services, call.path["job_id"])
    removed = call.services.artifacts.removed_log(job["trial_id"], job["job_id"], attempt)
    if removed is not None:
        raise Refused(410, told(attempt, removed))


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/jobs/{job_id}/log",
        id="get_log",
        summary="Show a piece of a job's log",
        handler=show_log,
        scope="read",
        query=LogParameters,
        answers={200: Media(_LOG, headers=LOG_HEADERS)},
        tags=("jobs",),
        reads="jobs",
        now_only=_NOW_ONLY,
        problems=(410,),
        tickets=True,
    ),
    Operation(
        method="GET",
        path="/jobs/{job_id}/log/download",
        id="download_log",
        summary="Save a job's log",
        handler=download_log,
        scope="read",
        query=AttemptParameters,
        answers={200: Media(_LOG, description="The whole log, up to where it goes now.")},
        tags=("jobs",),
        reads="jobs",
        now_only=_NOW_ONLY,
        problems=(410,),
        tickets=True,
    ),
)
