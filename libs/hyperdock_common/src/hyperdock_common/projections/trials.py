"""The trials view: one document a trial, small enough to list, complete enough to watch.

What people write about a trial may be long: it stands in the notes view.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, assert_never

from hyperdock_common.events import (
    AttemptLost,
    Event,
    JobClaimed,
    JobEvent,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStarted,
    JobStopRequested,
    MetricReported,
    PointsAdded,
    RecordedEvent,
    Succeeded,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialEvent,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerEvent,
)
from hyperdock_common.events.codec import outcome_name
from hyperdock_common.ports import ViewSchema

SCHEMA = ViewSchema(
    name="trials",
    version=2,
    indexes=(("submitted_at",), ("state", "submitted_at"), ("archived", "submitted_at")),
)

MOST_IMPROVEMENTS = 200
"""More steps of the best loss would only make the document large, and each event writes it anew."""

_COUNTS = (
    "queued",
    "proposed",
    "pending",
    "running",
    "succeeded",
    "failed",
    "pruned",
    "cancelled",
    "attempts_lost",
    "imported",
    "retracted",
)


def keys(event: Event) -> tuple[str, ...]:
    """Which documents an event changes."""
    return () if isinstance(event, WorkerEvent) else (event.trial_id,)


def fold(doc: Mapping[str, Any] | None, record: RecordedEvent) -> dict[str, Any]:
    """The trial's document after one more event."""
    event, at = record.event, record.envelope.occurred_at
    if isinstance(event, TrialSubmitted):
        return _submitted(event, at)
    if doc is None:
        raise ValueError(f"the first event of trial {event} is not its submission")
    changed = {**doc, "updated_at": at}
    if isinstance(event, TrialEvent):
        return _with_trial_event(changed, event, at)
    return _with_job_event(changed, event, at) if isinstance(event, JobEvent) else changed


def _with_trial_event(doc: dict[str, Any], event: TrialEvent, at: float) -> dict[str, Any]:
    match event:
        case TrialPaused():
            return {**doc, "state": "paused"}
        case TrialResumed():
            return {**doc, "state": "running"}
        case TrialStopRequested(reason=reason, message=message):
            return {**doc, "state": "stopping", "reason": reason, "message": message}
        case TrialFinished(end=end, reason=reason, message=message):
            jobs = {**doc["jobs"], "queued": 0}
            ended = {"state": end, "reason": reason, "message": message, "finished_at": at}
            return {**doc, **ended, "jobs": jobs}
        case TrialChanged() | TrialAnnotated() | TrialArchived():
            return {**doc, **_told(event)}
        case PointsAdded(points=points):
            return {**doc, "jobs": _counted(doc["jobs"], queued=len(points))}
        case TrialSubmitted():
            raise ValueError(f"{event.trial_id} is submitted again")
        case _:
            assert_never(event)


def _with_job_event(doc: dict[str, Any], event: JobEvent, at: float) -> dict[str, Any]:
    match event:
        case JobProposed():
            live = {"state": "pending", "params": event.params, "number": event.number}
            imported, queued = event.origin == "imported", -(event.point_id is not None)
            return _with_live(doc, event.job_id, live, proposed=1, imported=imported, queued=queued)
        case JobClaimed():
            changed = _with_live(
                doc, event.job_id, {**doc["live"][event.job_id], "state": "running"}
            )
            started_at = at if doc["started_at"] is None else doc["started_at"]
            return {**changed, "started_at": started_at}
        case AttemptLost():
            live = {**doc["live"][event.job_id], "state": "pending"}
            return _with_live(doc, event.job_id, live, attempts_lost=1)
        case JobFinished():
            return _finished(doc, event, at)
        case JobRetracted():
            return _retracted(doc, event)
        case JobStarted() | MetricReported() | JobStopRequested():
            return doc
        case _:
            assert_never(event)


def _submitted(event: TrialSubmitted, at: float) -> dict[str, Any]:
    spec: Any = event.spec
    return {
        "trial_id": event.trial_id,
        "name": spec["name"],
        "state": "running",
        "reason": "",
        "message": "",
        "objective": spec["objective"],
        "image": spec["image"],
        "command": spec["command"],
        "algorithm": spec["algorithm"]["name"],
        "seed": spec["algorithm"]["seed"],
        "budget": spec["budget"],
        "parallelism": spec["parallelism"],
        "priority": spec["priority"],
        "pool": spec["pool"],
        "external": spec.get("external", False),
        "tags": spec.get("tags", []),
        "archived": False,
        "submitted_at": at,
        "started_at": None,
        "finished_at": None,
        "updated_at": at,
        "jobs": {**dict.fromkeys(_COUNTS, 0), "queued": len(spec.get("points", ()))},
        "live": {},
        "best": None,
        "improvements": [],
    }


def _with_live(
    doc: dict[str, Any], job_id: str, job: dict[str, Any] | None, **counted: int
) -> dict[str, Any]:
    """The document with one live job set (or gone, where `job` is None) and counts brought up."""
    live = {key: value for key, value in doc["live"].items() if key != job_id}
    if job is not None:
        live[job_id] = job
    jobs = _counted(doc["jobs"], **counted)
    jobs["running"] = sum(each["state"] == "running" for each in live.values())
    jobs["pending"] = len(live) - jobs["running"]
    return {**doc, "live": live, "jobs": jobs}


def _counted(counts: Mapping[str, int], **more: int) -> dict[str, int]:
    return {name: count + more.get(name, 0) for name, count in counts.items()}


def _told(event: TrialChanged | TrialAnnotated | TrialArchived) -> dict[str, Any]:
    """The fields that an event names, where it says anything of them."""
    told = {each.name: getattr(event, each.name) for each in dataclasses.fields(event)}
    return {name: each for name, each in told.items() if each is not None and name != "notes"}


def _retracted(doc: dict[str, Any], event: JobRetracted) -> dict[str, Any]:
    """The document without a result: the best is now one that was the best at its time.

    Which of all results is the best now only the jobs view can tell; `jobs.retracted` says that it
    has to be asked. The params of the job are there, too.
    """
    steps = [
        step for step in doc["improvements"] if f"{event.trial_id}.{step['number']}" != event.job_id
    ]
    changed = {**doc, "jobs": _counted(doc["jobs"], retracted=1), "improvements": steps}
    if doc["best"] is not None and doc["best"]["job_id"] == event.job_id:
        changed["best"] = _best_of(event.trial_id, steps[-1]) if steps else None
    return changed


def _best_of(trial_id: str, step: Mapping[str, Any]) -> dict[str, Any]:
    return {"job_id": f"{trial_id}.{step['number']}", "params": None, **step}


def _finished(doc: dict[str, Any], event: JobFinished, at: float) -> dict[str, Any]:
    job = doc["live"][event.job_id]
    changed = _with_live(doc, event.job_id, None, **{outcome_name(event.outcome): 1})
    if isinstance(event.outcome, Succeeded) and _is_better(doc, event.outcome.loss):
        loss, number = event.outcome.loss, job["number"]
        changed["best"] = {
            "job_id": event.job_id,
            "number": number,
            "loss": loss,
            "params": job["params"],
            "at": at,
        }
        step = {"number": number, "loss": loss, "at": at}
        changed["improvements"] = _thinned([*doc["improvements"], step])
    return changed


def _thinned(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All steps, or every second one where they are too many; always the first and the newest."""
    return steps if len(steps) <= MOST_IMPROVEMENTS else [*steps[:-1:2], steps[-1]]


def _is_better(doc: Mapping[str, Any], loss: float) -> bool:
    best = doc["best"]
    if best is None:
        return True
    return bool(loss > best["loss"] if doc["objective"] == "maximize" else loss < best["loss"])
