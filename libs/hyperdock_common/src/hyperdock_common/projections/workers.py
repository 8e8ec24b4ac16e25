"""The workers view: one document a worker, with what its slots run."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from hyperdock_common.events import (
    AttemptLost,
    Event,
    JobClaimed,
    JobFinished,
    RecordedEvent,
    WorkerDrainSet,
    WorkerEvent,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.ports import ViewSchema

SCHEMA = ViewSchema(
    name="workers", version=2, indexes=(("registered_at",), ("state", "registered_at"))
)

EVENTS: Final[tuple[type[Event], ...]] = (
    *get_args(WorkerEvent),
    JobClaimed,
    AttemptLost,
    JobFinished,
)
"""The classes of the events that may change a document."""


def keys(event: Event) -> tuple[str, ...]:
    """Which documents an event changes."""
    match event:
        case JobClaimed() | AttemptLost():
            return (event.worker_id,)
        case JobFinished(worker_id=worker_id):
            return () if worker_id is None else (worker_id,)
        case _:
            return (event.worker_id,) if isinstance(event, WorkerEvent) else ()


def fold(doc: Mapping[str, Any] | None, record: RecordedEvent) -> dict[str, Any]:
    """The worker's document after one more event."""
    event, at = record.event, record.envelope.occurred_at
    if isinstance(event, WorkerRegistered):
        return _registered(doc, event, at)
    if doc is None:
        raise ValueError(f"{event} comes before the registration of its worker")
    changed = {**doc, "updated_at": at}
    match event:
        case WorkerLeft():
            changed["state"] = "left"
        case WorkerLost():
            changed |= {"state": "lost", "reason": event.reason}
        case WorkerDrainSet(draining=draining):
            changed["draining"] = draining
        case JobClaimed():
            running = {"trial_id": event.trial_id, "attempt": event.attempt, "slot": event.slot}
            changed["running"] = {**doc["running"], event.job_id: {**running, "since": at}}
        case AttemptLost() | JobFinished():
            changed["running"] = {
                job: run for job, run in doc["running"].items() if job != event.job_id
            }
        case _:
            pass
    return changed


def _registered(
    doc: Mapping[str, Any] | None, event: WorkerRegistered, at: float
) -> dict[str, Any]:
    return {
        "worker_id": event.worker_id,
        "state": "alive",
        "reason": "",
        "draining": False,
        "host": event.host,
        "pool": event.pool,
        "slots": event.slots,
        "gpus": event.gpus,
        "runtimes": event.runtimes,
        "version": event.version,
        "registered_at": at,
        "updated_at": at,
        "running": dict(doc["running"]) if doc else {},
    }
