"""The files that jobs left, one by one."""

from typing import Any, Final

from starlette.responses import Response

from hyperdock_common.json_types import JsonObject
from hyperdock_common.web import Refused
from hyperdock_gateway.api import Answer, Call, Media, Operation, listed
from hyperdock_gateway.api.documents.job import FileList
from hyperdock_gateway.files import file_response, is_inside
from hyperdock_gateway.jobs import find_job

_NOW_ONLY: Final = (
    "the files of a job are made of no events: they can be shown as they are now only"
)


def list_files(call: Call[None, None]) -> Answer:
    """The files of the attempt that decided the job; before that, of the newest."""
    job: Any = find_job(call.services, call.path["job_id"])
    files = call.services.artifacts.list(job["trial_id"], job["job_id"], job["attempt"])
    items: list[JsonObject] = [{"path": each.path, "size": each.size} for each in files]
    return Answer(listed(items, call.position))


def show_file(call: Call[None, None]) -> Response:
    """One of the files that `list_files` lists."""
    path = call.path["path"]
    job: Any = find_job(call.services, call.path["job_id"])
    missing = Refused(404, f"job {job['job_id']} left no such file")
    if not is_inside(path):
        raise missing
    try:
        stream = call.services.artifacts.open(job["trial_id"], job["job_id"], job["attempt"], path)
    except FileNotFoundError as error:
        raise missing from error
    return file_response(stream, path)


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/jobs/{job_id}/files",
        id="list_files",
        summary="List the files that a job left",
        handler=list_files,
        scope="read",
        answers={200: FileList},
        tags=("jobs",),
        reads="jobs",
        now_only=_NOW_ONLY,
    ),
    Operation(
        method="GET",
        path="/jobs/{job_id}/files/{path:path}",
        id="get_file",
        summary="Get a file that a job left",
        handler=show_file,
        scope="read",
        answers={200: Media("*/*", description="The file; a type only where it is harmless.")},
        tags=("jobs",),
        reads="jobs",
        now_only=_NOW_ONLY,
        tickets=True,
    ),
)
