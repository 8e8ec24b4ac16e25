"""The workers, and the gateway's own health."""

from typing import Final, Literal

from hyperdock_common.json_types import JsonObject
from hyperdock_gateway.api import (
    Answer,
    Call,
    Operation,
    PageParameters,
    listed,
    nothing,
    read_page,
)
from hyperdock_gateway.api.documents.meta import Health
from hyperdock_gateway.api.documents.worker import Worker, WorkerPage, WorkerState
from hyperdock_gateway.api.query import Order, Text
from hyperdock_gateway.documents import show_workers
from hyperdock_gateway.services import Services


class WorkerParameters(PageParameters):
    """Which workers, in which order."""

    state: WorkerState | None = None
    pool: Text | None = None
    sort: Literal["registered_at", "worker_id"] = "registered_at"
    order: Order = "desc"


def list_workers(call: Call[WorkerParameters, None]) -> Answer:
    """The workers, newest first."""
    views, query = call.services.views, call.query
    page = read_page(
        views,
        query,
        "workers",
        where={"state": query.state, "pool": query.pool},
        sort=query.sort,
        descending=query.order == "desc",
    )
    items = show_workers(views, page.documents)
    return Answer(listed(items, call.position, page.next_cursor))


def show_worker(call: Call[None, None]) -> Answer:
    """One worker."""
    worker = find_worker(call.services, call.path["worker_id"])
    return Answer(show_workers(call.services.views, [worker])[0])


def find_worker(services: Services, worker_id: str) -> JsonObject:
    """The worker's document as its view has it.

    Raises:
        Refused: there is no such worker.
    """
    document = services.views.get("workers", worker_id)
    if document is None:
        raise nothing("worker_id", worker_id)
    return document


def health(call: Call[None, None]) -> Answer:
    """Whether the gateway can read the log, and up to where it goes."""
    services = call.services
    position = services.log.head()
    document = {
        "status": "ok",
        "version": services.version,
        "position": position,
        "login": services.login is not None,
    }
    return Answer(document, position=position)


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/workers",
        id="list_workers",
        summary="List the workers",
        handler=list_workers,
        scope="read",
        query=WorkerParameters,
        answers={200: WorkerPage},
        tags=("workers",),
        reads="workers",
    ),
    Operation(
        method="GET",
        path="/workers/{worker_id}",
        id="get_worker",
        summary="Show a worker",
        handler=show_worker,
        scope="read",
        answers={200: Worker},
        tags=("workers",),
        reads="workers",
    ),
    Operation(
        method="GET",
        path="/health",
        id="get_health",
        summary="Tell whether the gateway can do its work",
        handler=health,
        scope=None,
        answers={200: Health},
        tags=("meta",),
    ),
)
