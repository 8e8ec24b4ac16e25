"""The points that users add to a trial, on their way to becoming its jobs."""

from collections.abc import Sequence

from hyperdock_common.events import JobOrigin, JobProposed, Point
from hyperdock_supervisor.domain.trial import Trial


def propose_next(trial: Trial) -> JobProposed | None:
    """The next job of a trial if users ask for one; what they want to be run goes in order."""
    return _propose(trial, trial.queue[0], 1) if trial.queue else None


def propose_known(trial: Trial) -> Sequence[JobProposed]:
    """The queued points that were evaluated elsewhere, as jobs that need nobody to run them."""
    known = [each for each in trial.queue if each.loss is not None]
    return [_propose(trial, point, ahead) for ahead, point in enumerate(known, 1)]


def _propose(trial: Trial, point: Point, ahead: int) -> JobProposed:
    number = trial.proposed + ahead
    return JobProposed(
        trial_id=trial.trial_id,
        job_id=f"{trial.trial_id}.{number}",
        number=number,
        params=point.params,
        origin=_origin(point),
        point_id=point.point_id,
        retry_of=point.retry_of,
    )


def _origin(point: Point) -> JobOrigin:
    if point.loss is not None:
        return "imported"
    return "enqueued" if point.retry_of is None else "retry"
