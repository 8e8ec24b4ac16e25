"""Whether stop, pause and resume make sense now, and which event each of them asks for."""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias, assert_never

from hyperdock_common.events import (
    JobStopRequested,
    TrialEvent,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
)
from hyperdock_common.web import Refused

Action: TypeAlias = Literal["stop", "pause", "resume"]

_OPEN_TRIAL: Final = frozenset({"running", "paused"})
_OPEN_JOB: Final = frozenset({"pending", "running"})


def steer_trial(action: Action, trial: Mapping[str, Any]) -> TrialEvent | None:
    """The event to publish; None where the trial is already as asked.

    Raises:
        Refused: it makes no sense in the trial's state.
    """
    trial_id, state = trial["trial_id"], trial["state"]
    if state == "stopping" and action != "stop":
        raise Refused(409, f"trial {trial_id} is stopping; it cannot {action} any more")
    if state not in _OPEN_TRIAL and state != "stopping":
        raise Refused(409, f"trial {trial_id} has ended already ({state})")
    match action:
        case "stop":
            stop = TrialStopRequested(trial_id=trial_id, end="stopped", reason="user")
            return None if state == "stopping" else stop
        case "pause":
            return None if state == "paused" else TrialPaused(trial_id=trial_id)
        case "resume":
            return None if state == "running" else TrialResumed(trial_id=trial_id)
        case _:
            assert_never(action)


def trial_settled(action: Action, trial: Mapping[str, Any]) -> bool:
    """Whether a trial shows that the action was dealt with: done, or overtaken by its end."""
    undone = {"stop": _OPEN_TRIAL, "pause": {"running"}, "resume": {"paused"}}
    return trial["state"] not in undone[action]


def stop_job(job: Mapping[str, Any]) -> JobStopRequested | None:
    """The event to publish; None where the job is to stop already.

    Raises:
        Refused: the job has ended.
    """
    if job["state"] not in _OPEN_JOB:
        raise Refused(409, f"job {job['job_id']} has ended already ({job['state']})")
    if job["stop_requested"] is not None:
        return None
    return JobStopRequested(trial_id=job["trial_id"], job_id=job["job_id"], reason="user")


def job_settled(job: Mapping[str, Any]) -> bool:
    """Whether a job shows that its stop was dealt with."""
    return job["stop_requested"] is not None or job["state"] not in _OPEN_JOB
