"""One job: shown, stopped, and what it reported while it ran."""

from functools import partial
from typing import Final

from hyperdock_common.json_types import JsonObject
from hyperdock_gateway.api import Answer, Call, Operation, PageParameters, listed, nothing
from hyperdock_gateway.api.documents.job import Job, MetricPage
from hyperdock_gateway.metrics import read_metrics
from hyperdock_gateway.publishing import enveloped, in_thread, publish, seen
from hyperdock_gateway.services import Services
from hyperdock_gateway.steering import job_settled, stop_job


def show(call: Call[None, None]) -> Answer:
    """One job."""
    return Answer(find_job(call.services, call.path["job_id"]))


async def stop(call: Call[None, None]) -> Answer:
    """Stops a job; answers with the job after it."""
    services = call.services
    read = partial(find_job, services, call.path["job_id"])
    event = stop_job(await in_thread(read))
    if event is not None:
        await publish(services, enveloped(services, event, actor=call.actor))
    document = await seen(services, read, job_settled)
    if document is None:
        return Answer(await in_thread(read), 202)
    return Answer(document)


def list_metrics(call: Call[PageParameters, None]) -> Answer:
    """A job's intermediate reports, in the order in which their parts of the curve began."""
    views, job_id = call.services.views, call.path["job_id"]
    find_job(call.services, job_id)
    items, next_cursor = read_metrics(views, call.query, job_id)
    return Answer(listed(items, call.position, next_cursor))


def find_job(services: Services, job_id: str) -> JsonObject:
    """The job's document as its view has it.

    Raises:
        Refused: there is no such job.
    """
    document = services.views.get("jobs", job_id)
    if document is None:
        raise nothing("job_id", job_id)
    return document


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/jobs/{job_id}",
        id="get_job",
        summary="Show a job",
        handler=show,
        scope="read",
        answers={200: Job},
        tags=("jobs",),
        reads="jobs",
    ),
    Operation(
        method="POST",
        path="/jobs/{job_id}/stop",
        id="stop_job",
        summary="Stop a job: it ends as cancelled",
        handler=stop,
        scope="submit",
        answers={200: Job, 202: Job},
        tags=("jobs",),
        problems=(409,),
    ),
    Operation(
        method="GET",
        path="/jobs/{job_id}/metrics",
        id="list_metrics",
        summary="List what a job reported while it ran",
        handler=list_metrics,
        scope="read",
        query=PageParameters,
        answers={200: MetricPage},
        tags=("jobs",),
        reads="curves",
    ),
)
