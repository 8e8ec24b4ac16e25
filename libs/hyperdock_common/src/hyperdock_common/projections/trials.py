"""The trials view: one document a trial, small enough to list, complete enough to watch."""

from collections.abc import Mapping
from typing import Any

from hyperdock_common.events import (
    AttemptLost,
    Event,
    JobClaimed,
    JobFinished,
    JobProposed,
    RecordedEvent,
    Succeeded,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerEvent,
)
from hyperdock_common.events.codec import outcome_name
from hyperdock_common.ports import ViewSchema

SCHEMA = ViewSchema(name="trials", indexes=(("submitted_at",), ("state", "submitted_at")))

MOST_IMPROVEMENTS = 200
"""More steps of the best loss would only make the document large, and each event writes it anew."""

_COUNTS = ("proposed", "pending", "running", "succeeded", "failed", "pruned", "cancelled")


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
    match event:
        case TrialPaused():
            changed["state"] = "paused"
        case TrialResumed():
            changed["state"] = "running"
        case TrialStopRequested():
            changed |= {"state": "stopping", "reason": event.reason, "message": event.message}
        case TrialFinished():
            changed |= {"state": event.end, "reason": event.reason, "message": event.message}
            changed["finished_at"] = at
        case JobProposed():
            live = {"state": "pending", "params": event.params, "number": event.number}
            changed = _with_live(changed, event.job_id, live, proposed=1)
        case JobClaimed():
            live = {**doc["live"][event.job_id], "state": "running"}
            changed = _with_live(changed, event.job_id, live)
            changed["started_at"] = at if doc["started_at"] is None else doc["started_at"]
        case AttemptLost():
            live = {**doc["live"][event.job_id], "state": "pending"}
            changed = _with_live(changed, event.job_id, live, attempts_lost=1)
        case JobFinished():
            changed = _finished(changed, event, at)
        case _:
            pass
    return changed


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
        "submitted_at": at,
        "started_at": None,
        "finished_at": None,
        "updated_at": at,
        "jobs": dict.fromkeys((*_COUNTS, "attempts_lost"), 0),
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
    jobs = {name: count + counted.get(name, 0) for name, count in doc["jobs"].items()}
    jobs["running"] = sum(each["state"] == "running" for each in live.values())
    jobs["pending"] = len(live) - jobs["running"]
    return {**doc, "live": live, "jobs": jobs}


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
