"""The points that users give: to be run, evaluated elsewhere, or of a job that is to run again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.events import Envelope, JobRetracted, Point, PointsAdded
from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import check_params
from hyperdock_common.space.collecting import read_each
from hyperdock_common.spec import Budget, recorded_trial
from hyperdock_common.web import Refused
from hyperdock_gateway import identity
from hyperdock_gateway.api import Answer, Call, Operation
from hyperdock_gateway.api.documents.job import Job
from hyperdock_gateway.api.documents.points import (
    Added,
    NewPoint,
    NewPoints,
    Reason,
    Retried,
)
from hyperdock_gateway.chance import chance_of, digest_of
from hyperdock_gateway.jobs import find_job
from hyperdock_gateway.point_jobs import find_jobs
from hyperdock_gateway.publishing import check_recordable, enveloped, in_thread, publish, seen
from hyperdock_gateway.services import Services
from hyperdock_gateway.trials import find_trial

_OPEN: Final = frozenset({"running", "paused"})
_UNSUCCESSFUL: Final = frozenset({"failed", "cancelled", "pruned"})


async def add(call: Call[None, NewPoints]) -> Answer:
    """Adds points to a trial; answers with the jobs that they have become already."""
    trial_id = call.path["trial_id"]
    points = await in_thread(_checked, call.services, trial_id, call.body.points)
    jobs, status = await _add(call, trial_id, points, f"points {trial_id}")
    added = [{"point_id": point_id, "job_id": job_id} for point_id, job_id in jobs.items()]
    return Answer({"trial_id": trial_id, "points": added}, status)


async def retry(call: Call[None, None]) -> Answer:
    """Runs the params of a job again, as a job of its own."""
    services, job_id = call.services, call.path["job_id"]
    job: Any = await in_thread(find_job, services, job_id)
    if job["state"] not in _UNSUCCESSFUL and job["retracted"] is None:
        remedy = "what failed, was cancelled, pruned or retracted can be retried"
        raise Refused(409, f"job {job_id} is {job['state']}; {remedy}")
    again = Point(point_id="", params=job["params"], retry_of=job_id)
    jobs, status = await _add(call, job["trial_id"], [again], f"retry {job_id}")
    ((point_id, new_job),) = jobs.items()
    return Answer({"point_id": point_id, "job_id": new_job}, status)


async def retract(call: Call[None, Reason]) -> Answer:
    """Takes a wrong result back."""
    services, job_id = call.services, call.path["job_id"]
    read = partial(find_job, services, job_id)
    job: Any = await in_thread(read)
    if job["retracted"] is None:
        if job["state"] != "succeeded":
            raise Refused(409, f"job {job_id} has no result to retract ({job['state']})")
        event = JobRetracted(trial_id=job["trial_id"], job_id=job_id, reason=call.body.reason)
        envelope = enveloped(services, event, actor=call.actor)
        check_recordable(envelope)
        await publish(services, envelope)
    shown = await seen(services, read, lambda found: found["retracted"] is not None)
    job = shown if shown is not None else await in_thread(read)
    return Answer(job, 200 if shown else 202)


def _checked(services: Services, trial_id: str, asked: Sequence[NewPoint]) -> list[Point]:
    """The points, each with all its params.

    Raises:
        InvalidTrial: some do not fit the trial's space; each is named.
    """
    find_trial(services, trial_id)
    space = recorded_trial(services.views.get("specs", trial_id) or {}).parsed_space

    def read(place: tuple[int, NewPoint]) -> Point:
        index, point = place
        params = check_params(space, point.params, f"points[{index}].params")
        return Point(point_id="", params=params, loss=point.loss, metrics=dict(point.metrics))

    return read_each(enumerate(asked), read)


async def _add(
    call: Call[None, Any], trial_id: str, points: Sequence[Point], purpose: str
) -> tuple[Mapping[str, str | None], int]:
    """Records the points; by their ids, in order, the jobs that there are for them; the status."""
    services = call.services
    event_id = identity.event_id(chance_of(call, purpose)(16))
    named = [_named(point, event_id, number) for number, point in enumerate(points, 1)]
    envelope = enveloped(
        services,
        PointsAdded(trial_id=trial_id, points=named),
        actor=call.actor,
        event_id=event_id,
    )
    after = await in_thread(_begin, services, envelope, keyed=call.key is not None)
    if after is not None:
        await publish(services, envelope)
    look = partial(_became, services, envelope, after or 0)
    found: Any = await seen(services, look, lambda _: True)
    if found is None:
        return {each.point_id: None for each in named}, 202
    return {each.point_id: found.get(each.point_id) for each in named}, 201


def _begin(services: Services, envelope: Envelope, *, keyed: bool) -> int | None:
    """The log's head before the points are published; None: the same call has added them already.

    Raises:
        Refused: the trial takes no more.
        InvalidTrial: the operator does not allow so many jobs, or the log cannot hold them.
    """
    head = services.log.head()
    if keyed and services.log.known([envelope.event_id]):
        return None
    event: Any = envelope.event
    _check_open(services, event.trial_id)
    _check_policy(services, event)
    check_recordable(envelope)
    return head


def _check_open(services: Services, trial_id: str) -> None:
    trial = find_trial(services, trial_id)
    if trial["state"] not in _OPEN:
        remedy = "clone it to go on"
        raise Refused(409, f"trial {trial_id} takes no more points ({trial['state']}); {remedy}")


def _check_policy(services: Services, event: PointsAdded) -> None:
    """Makes sure that points do not make more jobs than the operator lets a trial have."""
    wanted = sum(each.loss is None for each in event.points)
    if not wanted:
        return
    jobs: Any = find_trial(services, event.trial_id)["jobs"]
    after = jobs["proposed"] - jobs["imported"] + jobs["queued"] + wanted
    try:
        services.policy.check_change(budget=Budget(jobs=after))
    except InvalidTrial as error:
        raise InvalidTrial("points", f"the trial's jobs with them {error.problem}") from error


def _named(point: Point, event_id: str, number: int) -> Point:
    """The point under an id of its own, which is another one where its content is."""
    digest = digest_of([point.params, point.loss, point.metrics])
    return replace(point, point_id=f"{event_id[:13]}-{number}-{digest}")


def _became(services: Services, envelope: Envelope, after: int) -> JsonObject | None:
    """The jobs that points have become, once they are recorded and can be seen.

    Raises:
        Refused: the trial ended meanwhile, or other points were added with this key.
    """
    event: Any = envelope.event
    trial = find_trial(services, event.trial_id)
    if services.log.known([envelope.event_id]):
        return find_jobs(services, envelope, event.points, after)
    if trial["state"] not in _OPEN:
        _check_open(services, event.trial_id)
    return None


OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/trials/{trial_id}/points",
        id="add_points",
        summary="Add points to a trial: to be run next, or evaluated elsewhere already",
        handler=add,
        scope="submit",
        body=NewPoints,
        answers={201: Added, 202: Added},
        tags=("trials",),
        problems=(409,),
        idempotent=True,
        description="Points with a `loss` become ended jobs at once, from which the optimizer "
        "learns; they cost nothing of the budget. The others are proposed before all else, in "
        "their order, also beyond the budget.",
    ),
    Operation(
        method="POST",
        path="/jobs/{job_id}/retry",
        id="retry_job",
        summary="Run the params of a job again, as a job of its own",
        handler=retry,
        scope="submit",
        answers={201: Retried, 202: Retried},
        tags=("jobs",),
        problems=(409,),
        idempotent=True,
    ),
    Operation(
        method="POST",
        path="/jobs/{job_id}/retract",
        id="retract_job",
        summary="Take a wrong result back: it counts no more, and the optimizer forgets it",
        handler=retract,
        scope="submit",
        body=Reason,
        body_optional=True,
        answers={200: Job, 202: Job},
        tags=("jobs",),
        problems=(409,),
    ),
)
