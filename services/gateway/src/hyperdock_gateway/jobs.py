"""The jobs: a trial's jobs, one job, its stop, its log, its metrics and its files."""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hyperdock_common.json_types import JsonObject
from hyperdock_common.web import Refused
from hyperdock_gateway.files import file_response, is_inside
from hyperdock_gateway.logs import read_chunk
from hyperdock_gateway.metrics import read_metrics
from hyperdock_gateway.pages import read_page
from hyperdock_gateway.publishing import enveloped, in_thread, publish, seen
from hyperdock_gateway.queries import (
    JOB_STATES,
    bad,
    job_id_of,
    no_job,
    query_of,
    trial_id_of,
)
from hyperdock_gateway.services import Services, services_of
from hyperdock_gateway.steering import job_settled, stop_job
from hyperdock_gateway.trials import find_trial

SORTS: Final = ("number", "loss", "finished_at")
LOG_CHUNK: Final = 64 * 1024
LARGEST_LOG_CHUNK: Final = 1024 * 1024


def list_jobs(request: Request) -> JSONResponse:
    """A trial's jobs."""
    query = query_of(request, "state", "sort", "order", "limit", "cursor")
    services, trial_id = services_of(request), trial_id_of(request)
    state = query.choice("state", JOB_STATES)
    sort = query.choice("sort", SORTS) or "number"
    descending = query.choice("order", ("asc", "desc")) == "desc"
    find_trial(services, trial_id)
    where = {"trial_id": trial_id, "state": state}
    page = read_page(services.views, query, "jobs", where=where, sort=sort, descending=descending)
    return JSONResponse({"items": list(page.documents), "next_cursor": page.next_cursor})


def show(request: Request) -> JSONResponse:
    """One job."""
    query_of(request)
    return JSONResponse(find_job(services_of(request), job_id_of(request)))


async def stop(request: Request) -> JSONResponse:
    """Stops a job; answers with the job after it."""
    query_of(request)
    services, job_id = services_of(request), job_id_of(request)
    read = partial(find_job, services, job_id)
    event = stop_job(await in_thread(read))
    if event is not None:
        await publish(services, enveloped(services, event))
    document = await seen(services, read, job_settled)
    if document is None:
        return JSONResponse(await in_thread(read), 202)
    return JSONResponse(document)


def show_log(request: Request) -> Response:
    """A piece of the log of one attempt (the newest unless named); a negative offset is its end."""
    query = query_of(request, "attempt", "offset", "limit")
    services = services_of(request)
    limit = query.whole("limit", LOG_CHUNK, 1, LARGEST_LOG_CHUNK)
    offset = query.whole("offset", 0, None)
    if offset < -LARGEST_LOG_CHUNK:
        raise bad("offset", f"must be at least -{LARGEST_LOG_CHUNK}")
    job: Any = find_job(services, job_id_of(request))
    attempt = query.whole("attempt", max(1, job["attempt"]), 1)
    read = partial(services.artifacts.read_log, job["trial_id"], job["job_id"], attempt)
    start, chunk = read_chunk(read, offset, limit)
    headers = {
        "X-Log-Attempt": str(attempt),
        "X-Log-Offset": str(start),
        "X-Log-Next": str(start + len(chunk)),
    }
    return Response(chunk, 200, headers, "text/plain; charset=utf-8")


def list_metrics(request: Request) -> JSONResponse:
    """A job's intermediate reports, in the order in which their parts of the curve began."""
    query = query_of(request, "limit", "cursor")
    services, job_id = services_of(request), job_id_of(request)
    find_job(services, job_id)
    items, next_cursor = read_metrics(services.views, query, job_id)
    return JSONResponse({"items": items, "next_cursor": next_cursor})


def list_files(request: Request) -> JSONResponse:
    """The files of the attempt that decided the job; before that, of the newest."""
    query_of(request)
    services = services_of(request)
    job: Any = find_job(services, job_id_of(request))
    files = services.artifacts.list(job["trial_id"], job["job_id"], job["attempt"])
    return JSONResponse({"items": [{"path": each.path, "size": each.size} for each in files]})


def show_file(request: Request) -> Response:
    """One of the files that `list_files` lists."""
    query_of(request)
    services, path = services_of(request), request.path_params["path"]
    job: Any = find_job(services, job_id_of(request))
    missing = Refused(404, f"job {job['job_id']} left no such file")
    if not is_inside(path):
        raise missing
    try:
        stream = services.artifacts.open(job["trial_id"], job["job_id"], job["attempt"], path)
    except FileNotFoundError as error:
        raise missing from error
    return file_response(stream, path)


def find_job(services: Services, job_id: str) -> JsonObject:
    """The job's document as its view has it.

    Raises:
        Refused: there is no such job.
    """
    document = services.views.get("jobs", job_id)
    if document is None:
        raise no_job(job_id)
    return document


ROUTES: Final = (
    Route("/trials/{trial_id}/jobs", list_jobs),
    Route("/jobs/{job_id}", show),
    Route("/jobs/{job_id}/stop", stop, methods=["POST"]),
    Route("/jobs/{job_id}/log", show_log),
    Route("/jobs/{job_id}/metrics", list_metrics),
    Route("/jobs/{job_id}/files", list_files),
    Route("/jobs/{job_id}/files/{path:path}", show_file),
)
