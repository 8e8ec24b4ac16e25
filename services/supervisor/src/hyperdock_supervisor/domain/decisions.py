"""What the supervisor makes of a published event, and what follows from a trial's state.

Pure: everything depends on the trial's state and the arguments alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from hyperdock_common.errors import InvalidTrial
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
    Outcome,
    PointsAdded,
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
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, changed_trial, parse_trial
from hyperdock_supervisor.domain.points import propose_known
from hyperdock_supervisor.domain.trial import LiveJob, Trial

HOPELESS = 10
"""So many failures without one success end a trial: the target itself must be broken."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The event is not to be recorded: it comes too late, twice, or from the wrong one."""

    reason: str


def decide(trial: Trial | None, event: TrialEvent | JobEvent) -> Sequence[Event] | Rejected:
    """The events to record for a published one (itself among them), or why none.

    Raises:
        InvalidTrial: the submission of what can be no trial; the edge should have refused it.
    """
    if isinstance(event, TrialSubmitted):
        return _decide_submission(trial, event)
    if trial is None:
        return Rejected("no such trial")
    if trial.state == "finished":
        return Rejected("the trial has ended")
    if isinstance(event, TrialEvent):
        return _decide_trial(trial, event)
    if isinstance(event, JobRetracted):
        return [event] if trial.has_result(event.job_id) else Rejected("it has no such result")
    job = trial.live.get(event.job_id)
    if job is None:
        return Rejected("the job has ended, or never was")
    return _decide_job(trial, job, event)


def _decide_submission(trial: Trial | None, event: TrialSubmitted) -> Sequence[Event] | Rejected:
    if trial is not None:
        return Rejected("submitted already")
    if missing := sorted(TrialSpec.model_fields.keys() - event.spec.keys()):
        raise InvalidTrial(missing[0], "is missing: a trial is recorded with every field")
    if parse_trial(event.spec).algorithm.seed is None:
        raise InvalidTrial("algorithm.seed", "is missing: nobody could propose the same again")
    return [event]


def _decide_trial(trial: Trial, event: TrialEvent) -> Sequence[Event] | Rejected:
    match event:
        case TrialPaused():
            return [event] if trial.state == "running" else Rejected(f"it is {trial.state}")
        case TrialResumed():
            return [event] if trial.state == "paused" else Rejected(f"it is {trial.state}")
        case TrialStopRequested():
            return [event] if trial.state != "stopping" else Rejected("it is stopping already")
        case TrialChanged():
            changed_trial(trial.spec, event)
            return [event] if trial.state != "stopping" else Rejected("it is stopping")
        case PointsAdded():
            return [event] if trial.state != "stopping" else Rejected("it is stopping")
        case TrialAnnotated():
            return [event]
        case TrialArchived():
            return Rejected("it has not ended")
        case TrialSubmitted() | TrialFinished():
            return Rejected("only the supervisor says that")
        case _:
            assert_never(event)


def _decide_job(trial: Trial, job: LiveJob, event: JobEvent) -> Sequence[Event] | Rejected:
    match event:
        case JobRetracted():
            return Rejected("the job has not ended")
        case JobClaimed():
            return _decide_claim(trial, job, event)
        case JobFinished():
            return _decide_end(job, event)
        case JobStarted() | MetricReported() | AttemptLost():
            if holds_lease(job, event.attempt, event.worker_id):
                return [event]
            return Rejected("another attempt holds the lease")
        case JobStopRequested():
            return [event] if not job.stopping else Rejected("it is stopping already")
        case JobProposed():
            return Rejected("only the supervisor says that")
        case _:
            assert_never(event)


def _decide_claim(trial: Trial, job: LiveJob, event: JobClaimed) -> Sequence[Event] | Rejected:
    if trial.state != "running":
        return Rejected(f"the trial is {trial.state}")
    if job.stopping:
        return Rejected("the job is stopping")
    if job.worker_id is not None:
        return Rejected("claimed already")
    if event.attempt != job.attempt:
        return Rejected("an old offer")
    return [event]


def _decide_end(job: LiveJob, event: JobFinished) -> Sequence[Event] | Rejected:
    if event.worker_id is None:
        return Rejected("only the supervisor ends a job without a worker")
    if holds_lease(job, event.attempt, event.worker_id):
        return [event]
    if (event.attempt, event.worker_id) not in job.lost or isinstance(event.outcome, Cancelled):
        return Rejected("this worker never held that attempt, or gave it up")
    if job.worker_id is None:
        return [event]
    reason = f"attempt {event.attempt} came back with a result"
    return [lost_attempt(event.trial_id, job, reason), event]


def holds_lease(job: LiveJob, attempt: int, worker_id: str | None) -> bool:
    """Whether this worker's attempt is the one that may report."""
    return worker_id is not None and (job.attempt, job.worker_id) == (attempt, worker_id)


def lost_attempt(trial_id: str, job: LiveJob, reason: str) -> AttemptLost:
    """The end of a job's lease without a result.

    Raises:
        ValueError: nobody holds the lease.
    """
    if job.worker_id is None:
        raise ValueError(f"{job.job_id} has no lease to lose")
    return AttemptLost(
        trial_id=trial_id,
        job_id=job.job_id,
        attempt=job.attempt,
        worker_id=job.worker_id,
        reason=reason,
    )


def follow_up(trial: Trial, now: float, *, exhausted: bool) -> Sequence[Event]:
    """What follows by itself from a trial's state; call it again until nothing does.

    Args:
        trial: the state.
        now: the wall clock, seconds since 1970 UTC.
        exhausted: the optimizer has no more proposals.
    """
    if trial.state == "finished":
        return []
    if trial.state != "stopping" and (stop := _reason_to_stop(trial, now)):
        return [stop]
    stopping = trial.state == "stopping"
    events = [each for job in trial.live.values() for each in _follow_up_job(trial, job, stopping)]
    if not stopping and (known := propose_known(trial)):
        return [*events, *known]
    if not trial.live and (stopping or (not trial.queue and (exhausted or _all_proposed(trial)))):
        events.append(_finish(trial, exhausted=exhausted))
    return events


def may_propose(trial: Trial) -> bool:
    """Whether the budget and the parallelism leave room for one more job.

    What users ask for by name is run even if the budget is used up.
    """
    room = len(trial.live) < trial.spec.parallelism
    return trial.state == "running" and room and (bool(trial.queue) or not _all_proposed(trial))


def _all_proposed(trial: Trial) -> bool:
    """Whether the budget is used up; what was evaluated elsewhere costs nothing of it."""
    jobs = trial.spec.budget.jobs
    return jobs is not None and trial.proposed - trial.imported >= jobs


def _follow_up_job(trial: Trial, job: LiveJob, stopping: bool) -> Sequence[Event]:  # noqa: FBT001
    if job.worker_id is not None:
        if stopping and not job.stopping:
            reason = trial.reason
            return [JobStopRequested(trial_id=trial.trial_id, job_id=job.job_id, reason=reason)]
        return []
    if job.known is not None:
        return [_end_waiting(trial, job, Succeeded(loss=job.known.loss), job.known.metrics)]
    if stopping or job.stopping:
        return [_end_waiting(trial, job, Cancelled(reason=trial.reason or "user"))]
    if job.attempt > 1 + trial.spec.retries:
        message = (
            f"{job.attempt - 1} attempts were lost; the trial allows {trial.spec.retries} retries"
        )
        return [_end_waiting(trial, job, Failed(reason="attempts_exhausted", message=message))]
    return []


def _end_waiting(
    trial: Trial, job: LiveJob, outcome: Outcome, metrics: JsonObject | None = None
) -> JobFinished:
    return JobFinished(
        trial_id=trial.trial_id,
        job_id=job.job_id,
        attempt=job.attempt,
        worker_id=None,
        outcome=outcome,
        metrics=metrics or {},
    )


def _reason_to_stop(trial: Trial, now: float) -> TrialStopRequested | None:
    budget = trial.spec.budget
    if budget.target_loss is not None and trial.best is not None:
        ahead = trial.best - budget.target_loss
        if (ahead >= 0) if trial.spec.maximizes else (ahead <= 0):
            return _stop(trial, "target_loss", f"loss {trial.best:g} reaches the target")
    elapsed = 0.0 if trial.first_claim_at is None else now - trial.first_claim_at
    if budget.wall_time is not None and elapsed >= budget.wall_time:
        return _stop(trial, "wall_time", f"{budget.wall_time:g} s have passed")
    if budget.max_failures is not None and trial.failed > budget.max_failures:
        return _stop(trial, "max_failures", f"{trial.failed} jobs failed", failed=True)
    if trial.succeeded == 0 and trial.never_started:
        return _stop(trial, "hopeless", trial.never_started, failed=True)
    if trial.succeeded == 0 and trial.failed >= HOPELESS:
        return _stop(trial, "hopeless", f"the first {trial.failed} jobs all failed", failed=True)
    return None


def _stop(trial: Trial, reason: str, message: str, *, failed: bool = False) -> TrialStopRequested:
    return TrialStopRequested(
        trial_id=trial.trial_id,
        end="failed" if failed else "completed",
        reason=reason,
        message=message,
    )


def _finish(trial: Trial, *, exhausted: bool) -> TrialFinished:
    nothing = f"none of {trial.proposed} jobs succeeded"
    if trial.state == "stopping":
        end, message = trial.end, trial.message
        if end == "completed" and trial.succeeded == 0:
            end, message = "failed", f"{message}; {nothing}"
        return TrialFinished(trial_id=trial.trial_id, end=end, reason=trial.reason, message=message)
    if trial.succeeded == 0:
        return TrialFinished(
            trial_id=trial.trial_id, end="failed", reason="no_success", message=nothing
        )
    reason = "space" if exhausted else "jobs"
    message = f"{'all points of the space' if exhausted else 'all jobs of the budget'} are done"
    return TrialFinished(trial_id=trial.trial_id, end="completed", reason=reason, message=message)
