"""Telling a worker to take no more jobs, and to take some again."""

from functools import partial
from typing import Any, Final

from hyperdock_common.events import WorkerDrainSet
from hyperdock_common.json_types import JsonObject
from hyperdock_common.web import Refused
from hyperdock_gateway.api import Answer, Call, Operation
from hyperdock_gateway.api.documents.worker import Worker
from hyperdock_gateway.documents import show_workers
from hyperdock_gateway.fleet import find_worker
from hyperdock_gateway.publishing import enveloped, in_thread, publish, seen
from hyperdock_gateway.services import Services


async def set_drain(draining: bool, call: Call[None, None]) -> Answer:  # noqa: FBT001 - see event
    """Drains a worker, or ends that; answers with the worker after it."""
    services, worker_id = call.services, call.path["worker_id"]
    read = partial(find_worker, services, worker_id)
    worker: Any = await in_thread(read)
    if worker["state"] != "alive":
        raise Refused(409, f"worker {worker_id} is not here ({worker['state']})")
    if worker["draining"] != draining:
        event = WorkerDrainSet(worker_id=worker_id, draining=draining)
        await publish(services, enveloped(services, event, actor=call.actor))
    shown = await seen(services, read, partial(_settled, draining))
    document = shown if shown is not None else await in_thread(read)
    return Answer(await in_thread(_shown, services, document), 200 if shown else 202)


def _settled(draining: bool, worker: JsonObject) -> bool:  # noqa: FBT001 - as the event says it
    """Whether a worker shows that it was dealt with: done, or overtaken by its end."""
    return worker["draining"] == draining or worker["state"] != "alive"


def _shown(services: Services, worker: JsonObject) -> JsonObject:
    (shown,) = show_workers(services.views, [worker])
    return shown


def _operation(verb: str, summary: str, *, draining: bool) -> Operation:
    return Operation(
        method="POST",
        path=f"/workers/{{worker_id}}/{verb}",
        id=f"{verb}_worker",
        summary=summary,
        handler=partial(set_drain, draining),
        scope="admin",
        answers={200: Worker, 202: Worker},
        tags=("workers",),
        problems=(409,),
    )


OPERATIONS: Final = (
    _operation("drain", "Let a worker take no more jobs; what it runs goes on", draining=True),
    _operation("undrain", "Let a drained worker take jobs again", draining=False),
)
