"""The jobs view: one document a job, with its attempts and how it ended."""

from collections.abc import Mapping
from typing import Any, Final, assert_never, get_args

from hyperdock_common.events import (
    AttemptLost,
    Cancelled,
    Event,
    Failed,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStarted,
    JobStopRequested,
    MetricReported,
    Pruned,
    RecordedEvent,
    Succeeded,
)
from hyperdock_common.events.codec import outcome_name
from hyperdock_common.ports import ViewSchema

SCHEMA = ViewSchema(
    name="jobs",
    version=2,
    indexes=(
        ("trial_id", "number"),
        ("trial_id", "loss"),
        ("trial_id", "state", "number"),
        ("trial_id", "state", "finished_at"),
        ("proposed_at",),
        ("finished_at",),
        ("state", "proposed_at"),
        ("worker_id", "proposed_at"),
    ),
    sortable=("params",),
)

EVENTS: Final[tuple[type[Event], ...]] = get_args(JobEvent)
"""The classes of the events that may change a document."""


def keys(event: Event) -> tuple[str, ...]:
    """Which documents an event changes."""
    if isinstance(event, MetricReported):  # most events are, and a union is slow to ask
        return (event.job_id,)
    return (event.job_id,) if isinstance(event, JobEvent) else ()


def fold(doc: Mapping[str, Any] | None, record: RecordedEvent) -> dict[str, Any]:
    """The job's document after one more event."""
    envelope = record.envelope
    event, at = envelope.event, envelope.occurred_at
    if isinstance(event, JobProposed):
        return _proposed(event, at)
    if doc is None:
        raise ValueError(f"{event} comes before the proposal of its job")
    if isinstance(event, MetricReported):  # first, as most events are
        return {**doc, "last_metric": {"step": event.step, "values": event.values}}
    if not isinstance(event, JobEvent):
        raise TypeError(f"{type(event).__name__} does not belong to the jobs view")
    match event:
        case JobClaimed():
            attempt = {"attempt": event.attempt, "worker_id": event.worker_id, "slot": event.slot}
            attempt |= {"claimed_at": at, "started_at": None, "ended_at": None, "lost": None}
            attempt |= {"runner": None, "exit": None}
            changed = {"state": "running", "attempts": [*doc["attempts"], attempt]}
            return {**doc, **changed, "attempt": event.attempt, "worker_id": event.worker_id}
        case JobStarted():
            attempts = _with_attempt(doc, event.attempt, started_at=at, runner=event.runner)
            return {**doc, "started_at": at, "attempts": attempts}
        case AttemptLost():
            attempts = _with_attempt(doc, event.attempt, ended_at=at, lost=event.reason)
            return {**doc, "state": "pending", "worker_id": None, "attempts": attempts}
        case JobStopRequested():
            return {**doc, "stop_requested": event.reason}
        case JobFinished():
            return _finished(doc, event, at)
        case JobRetracted():
            retracted = {"reason": event.reason, "at": at, "loss": doc["loss"]}
            return {**doc, "loss": None, "retracted": retracted}
        case _:
            assert_never(event)


def _proposed(event: JobProposed, at: float) -> dict[str, Any]:
    return {
        "job_id": event.job_id,
        "trial_id": event.trial_id,
        "number": event.number,
        "state": "pending",
        "params": event.params,
        "origin": event.origin,
        "point_id": event.point_id,
        "retry_of": event.retry_of,
        "attempt": 0,
        "worker_id": None,
        "proposed_at": at,
        "started_at": None,
        "finished_at": None,
        "loss": None,
        "reason": "",
        "message": "",
        "metrics": {},
        "graphs": [],
        "last_metric": None,
        "stop_requested": None,
        "retracted": None,
        "attempts": [],
    }


def _with_attempt(doc: Mapping[str, Any], number: int, **changes: Any) -> list[dict[str, Any]]:
    return [{**each, **changes} if each["attempt"] == number else each for each in doc["attempts"]]


def _finished(doc: Mapping[str, Any], event: JobFinished, at: float) -> dict[str, Any]:
    changed = {
        **doc,
        "state": outcome_name(event.outcome),
        "finished_at": at,
        "metrics": event.metrics,
        "graphs": event.graphs,
        "attempts": _with_attempt(doc, event.attempt, ended_at=at, exit=event.runner),
    }
    if event.worker_id is not None:
        changed |= {"attempt": event.attempt, "worker_id": event.worker_id}
    match event.outcome:
        case Succeeded(loss=loss):
            changed["loss"] = loss
        case Failed(reason=reason, message=message):
            changed |= {"reason": reason, "message": message}
        case Pruned(step=step):
            changed["message"] = f"pruned at step {step}"
        case Cancelled(reason=reason):
            changed["reason"] = reason
        case _:
            assert_never(event.outcome)
    return changed
