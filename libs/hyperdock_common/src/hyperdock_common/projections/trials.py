"""The trials view: one document a trial, small enough to list, complete enough to watch.

What people write about a trial may be long: it stands in the notes view.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final, assert_never, get_args

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
    version=3,
    indexes=(("submitted_at",), ("state", "submitted_at"), ("archived", "submitted_at")),
)

_PASSED_OVER: Final = frozenset({JobStarted, MetricReported, JobStopRequested})
"""Events of jobs that say nothing of their trial but that it lives."""

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

EVENTS: Final[tuple[type[Event], ...]] = (*get_args(TrialEvent), *get_args(JobEvent))
"""The classes of the events that may change a document."""


def keys(event: Event) -> tuple[str, ...]:
    """Which documents an event changes."""
    if isinstance(event, MetricReported):  # most events are, and a union is slow to ask
        return (event.trial_id,)
    return () if isinstance(event, WorkerEvent) else (event.trial_id,)


def fold(doc: Mapping[str, Any] | None, record: RecordedEvent) -> dict[str, Any]:
    """The trial's document after one more event."""
    envelope = record.envelope
    event, at = envelope.event, envelope.occurred_at
    if doc is not None and type(event) in _PASSED_OVER:  # first, as most events are
        return {**doc, "updated_at": at}
    if isinstance(event, TrialSubmitted):
        return _submitted(event, at)
    if doc is None:
        raise ValueError(f"the first event of trial {event} is not its submission")
    changes = (
        _with_trial_event(doc, event, at)
        if isinstance(event, TrialEvent)
        else _with_job_event(doc, event, at)
    )
    return {**doc, "updated_at": at, **changes}


def _with_trial_event(doc: Mapping[str, Any], event: TrialEvent, at: float) -> dict[str, Any]:
    match event:
        case TrialPaused():
            return {"state": "paused"}
        case TrialResumed():
            return {"state": "running"}
        case TrialStopRequested(reason=reason, message=message):
            return {"state": "stopping", "reason": reason, "message": message}
        case TrialFinished(end=end, reason=reason, message=message):
            jobs = {**doc["jobs"], "queued": 0}
            ended = {"state": end, "reason": reason, "message": message, "finished_at": at}
            return {**ended, "jobs": jobs}
        case TrialChanged() | TrialAnnotated() | TrialArchived():
            return _told(event)
        case PointsAdded(points=points):
            return {"jobs": _counted(doc["jobs"], queued=len(points))}
        case TrialSubmitted():
            raise ValueError(f"{event.trial_id} is submitted again")
        case _:
            assert_never(event)


def _with_job_event(doc: Mapping[str, Any], event: Event, at: float) -> dict[str, Any]:
    match event:
        case JobProposed():
            live = {"state": "pending", "params": event.params, "number": event.number}
            imported, queued = event.origin == "imported", -(event.point_id is not None)
            return _with_live(doc, event.job_id, live, proposed=1, imported=imported, queued=queued)
        case JobClaimed():
            live = {**doc["live"][event.job_id], "state": "running"}
            started_at = at if doc["started_at"] is None else doc["started_at"]
            return {**_with_live(doc, event.job_id, live), "started_at": started_at}
        case AttemptLost():
            live = {**doc["live"][event.job_id], "state": "pending"}
            return _with_live(doc, event.job_id, live, attempts_lost=1)
        case JobFinished():
            return _finished(doc, event, at)
        case JobRetracted():
            return _retracted(doc, event)
        case _:
            return {}


def _submitted(event: TrialSubmitted, at: float) -> dict[str, Any]:
    spec: Any = event.spec
    forked_from = event.forked_from
    return {
        "trial_id": event.trial_id,
        "name": spec["name"],
        "state": "paused" if event.paused else "running",
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
        "forked_from": forked_from and dataclasses.asdict(forked_from),
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
    doc: Mapping[str, Any], job_id: str, job: dict[str, Any] | None, **counted: int
) -> dict[str, Any]:
    """What changes where one live job is set (or gone: `job` is None), and counts with it."""
    live = dict(doc["live"])
    before = live.pop(job_id, None)
    if job is not None:
        live[job_id] = job
    jobs = _counted(doc["jobs"], running=_runs(job) - _runs(before), **counted)
    jobs["pending"] = len(live) - jobs["running"]
    return {"live": live, "jobs": jobs}


def _runs(job: Mapping[str, Any] | None) -> int:
    return 1 if job is not None and job["state"] == "running" else 0


def _counted(counts: Mapping[str, int], **more: int) -> dict[str, int]:
    counted = dict(counts)
    for name, count in more.items():
        counted[name] += count
    return counted


def _told(event: TrialChanged | TrialAnnotated | TrialArchived) -> dict[str, Any]:
    """The fields that an event names, where it says anything of them."""
    told = {each.name: getattr(event, each.name) for each in dataclasses.fields(event)}
    return {name: each for name, each in told.items() if each is not None and name != "notes"}


def _retracted(doc: Mapping[str, Any], event: JobRetracted) -> dict[str, Any]:
    """What changes without a result: the best is now one that was the best at its time.

    Which of all results is the best now only the jobs view can tell; `jobs.retracted` says that it
    has to be asked. The params of the job are there, too.
    """
    steps = [
        step for step in doc["improvements"] if f"{event.trial_id}.{step['number']}" != event.job_id
    ]
    changed: dict[str, Any] = {
        "jobs": _counted(doc["jobs"], retracted=1),
        "improvements": steps,
    }
    if doc["best"] is not None and doc["best"]["job_id"] == event.job_id:
        changed["best"] = _best_of(event.trial_id, steps[-1]) if steps else None
    return changed


def _best_of(trial_id: str, step: Mapping[str, Any]) -> dict[str, Any]:
    return {"job_id": f"{trial_id}.{step['number']}", "params": None, **step}


def _finished(doc: Mapping[str, Any], event: JobFinished, at: float) -> dict[str, Any]:
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
