"""What brought something about, as the half of a sentence that follows `because`."""

from hyperdock_common.events import (
    AttemptLost,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStopRequested,
    PointsAdded,
    RecordedEvent,
    TrialChanged,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerDrainSet,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.stories.words import by, job_name, why_stopped


def because(cause: RecordedEvent | None, trial_id: str) -> str:
    """The cause of something in a trial, `because` before it; empty where it says nothing more."""
    said = None if cause is None else _said(cause, trial_id)
    return f" because {said}" if said else ""


def _said(cause: RecordedEvent, trial_id: str) -> str | None:
    who = by(cause.envelope)
    match cause.event:
        case TrialSubmitted():
            return f"the trial was submitted{who}"
        case TrialResumed():
            return f"the trial was resumed{who}"
        case TrialChanged():
            return f"the trial was changed{who}"
        case TrialPaused():
            return f"trial {cause.event.trial_id} was paused{who}"
        case PointsAdded(points=points):
            return f"{'a point was' if len(points) == 1 else 'points were'} added{who}"
        case TrialStopRequested(reason=reason, message=message):
            why = why_stopped(reason, message)
            return f"the trial was to end: {why}" if why else f"the trial was stopped{who}"
        case JobProposed() | JobFinished() | JobRetracted() | AttemptLost() | JobStopRequested():
            return _said_of_job(cause, trial_id)
        case WorkerRegistered() | WorkerDrainSet() | WorkerLost() | WorkerLeft():
            return _said_of_worker(cause)
        case _:
            return None


def _said_of_job(cause: RecordedEvent, trial_id: str) -> str | None:
    match cause.event:
        case JobFinished(job_id=job_id):
            return f"{job_name(job_id, trial_id)} ended"
        case AttemptLost(attempt=attempt):
            return f"attempt {attempt} was lost"
        case JobStopRequested():
            return f"it was stopped{by(cause.envelope)}"
        case _:
            return None


def _said_of_worker(cause: RecordedEvent) -> str | None:
    match cause.event:
        case WorkerRegistered(worker_id=worker_id):
            return f"worker {worker_id} came"
        case WorkerDrainSet(worker_id=worker_id):
            return f"worker {worker_id} takes jobs again{by(cause.envelope)}"
        case WorkerLost(worker_id=worker_id):
            return f"worker {worker_id} was not heard of for too long"
        case WorkerLeft(worker_id=worker_id):
            return f"worker {worker_id} left and did not come back in time"
        case _:
            return None
