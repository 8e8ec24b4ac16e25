"""Trials that go on from a moment of another one, with the results that it had by then.

The results come as points behind the submission, in events of a bearable size. The trial begins
paused and is resumed behind the last of them: nothing is proposed before its optimizer knows all,
however the events reach the supervisor. If the gateway dies in between, the same call with the
same key brings what is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from hyperdock_common.errors import InvalidTrial, Problem
from hyperdock_common.events import (
    Envelope,
    Event,
    ForkedFrom,
    JobFinished,
    Point,
    PointsAdded,
    TrialResumed,
    TrialSubmitted,
)
from hyperdock_common.events.codec import encode
from hyperdock_common.events.envelope import deterministic_id
from hyperdock_common.history import history
from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import fill_problems
from hyperdock_common.spec import TrialSpec, dump_trial, recorded_trial
from hyperdock_common.web import Refused
from hyperdock_gateway.api import Answer, Call, Operation, nothing
from hyperdock_gateway.api.documents.trial import Fork
from hyperdock_gateway.cloning import changed, of_changes
from hyperdock_gateway.documents import show_trial
from hyperdock_gateway.forked_results import Origin, Taken, in_batches, read_origin, take_results
from hyperdock_gateway.moments.asked import Asked, parse_at, refused
from hyperdock_gateway.moments.place import position_of
from hyperdock_gateway.publishing import check_recordable, enveloped, in_thread, seen
from hyperdock_gateway.services import Services
from hyperdock_gateway.submitting import ACCEPTED, accepted, submission

MOST_BYTES: Final = 256 * 1024
"""Of the points in one event."""
SECONDS_A_POINT: Final = 0.005
"""How much longer the bus may take to confirm, for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A trial that is on its way, and the events that are yet to be recorded."""

    trial_id: str
    envelopes: Sequence[Envelope]
    points: int


async def fork(call: Call[None, Fork]) -> Answer:
    """Begins a trial with the results that another one had at a moment, but for some changes."""
    begun = await in_thread(_begin, call)
    if begun.envelopes:
        timeout = call.services.publish_timeout + SECONDS_A_POINT * begun.points
        await in_thread(call.services.bus.publish, begun.envelopes, timeout)
    document = await seen(call.services, partial(_shown, call.services, begun), bool)
    return accepted(begun.trial_id, document)


def _begin(call: Call[None, Fork]) -> _Begun:
    services, body, trial_id = call.services, call.body, call.path["trial_id"]
    if not services.log.read(0, 1, stream=f"trial-{trial_id}"):
        raise nothing("trial_id", trial_id)
    position = _position(services, trial_id, body)
    origin = _origin(services, trial_id, position)
    try:
        spec = changed(dump_trial(origin.spec), body.changes)
        _check_fill(spec, body)
        taken = _taken(origin, spec, body)
        forked_from = ForkedFrom(
            trial_id=trial_id,
            position=position,
            results=len(taken.points),
            left_out=dict(taken.left_out),
        )
        asked: JsonObject = body.model_dump()
        new_id, envelope = submission(call, spec, f"fork {trial_id}", asked, forked_from)
        if envelope is None:
            envelope, taken = _begun_before(services, new_id, trial_id, body)
        check_recordable(envelope)
        envelopes = [envelope, *_following(services, envelope, taken.points)]
    except InvalidTrial as error:
        raise of_changes(error) from error
    known = services.log.known([each.event_id for each in envelopes])
    missing = [each for each in envelopes if each.event_id not in known]
    return _Begun(trial_id=new_id, envelopes=missing, points=len(taken.points))


def _position(services: Services, trial_id: str, body: Fork) -> int:
    """The position that is meant.

    Raises:
        Refused: there is no such moment.
    """
    at = body.at
    if body.after_job is not None:
        return _end_of(services, f"{trial_id}.{body.after_job}", given=at is not None)
    if at is None:
        return services.log.head()
    if isinstance(at, str):
        asked = parse_at(at)
    elif at >= 0:
        asked = Asked(position=at)
    else:
        raise refused("must not be below 0")
    return position_of(services.log, asked, services.clock())[0]


def _end_of(services: Services, job_id: str, *, given: bool) -> int:
    """Where a job ended."""
    name, stream = "after_job", f"trial-{job_id.rpartition('.')[0]}"
    if given:
        problem = "names a moment, and so does `at`: leave one out"
        raise Refused(422, f"{name}: {problem}", Problem(name, problem))
    for record in history(services.log, stream=stream):
        if isinstance(record.event, JobFinished) and record.event.job_id == job_id:
            return record.position
    problem = f"job {job_id} has not ended"
    raise Refused(422, f"{name}: {problem}", Problem(name, problem))


def _origin(services: Services, trial_id: str, position: int) -> Origin:
    """The trial to begin with.

    Raises:
        Refused: it was not there yet.
    """
    origin = read_origin(services.log, trial_id, position)
    if origin is None:
        raise refused(f"is before {trial_id} was submitted")
    return origin


def _check_fill(spec: TrialSpec, body: Fork) -> None:
    if problems := fill_problems(spec.parsed_space, body.fill, "fill"):
        raise Refused(422, str(problems[0]), *problems)


def _taken(origin: Origin, spec: TrialSpec, body: Fork) -> Taken:
    return take_results(origin, spec, body.fill) if body.results else Taken(points=())


def _begun_before(
    services: Services, new_id: str, trial_id: str, body: Fork
) -> tuple[Envelope, Taken]:
    """What the same call recorded first, and what it took: of the moment that was now then."""
    (record,) = services.log.read(0, 1, stream=f"trial-{new_id}")
    event = record.event
    if not isinstance(event, TrialSubmitted) or event.forked_from is None:
        raise TypeError(f"{new_id} began otherwise")
    origin = _origin(services, trial_id, event.forked_from.position)
    return record.envelope, _taken(origin, recorded_trial(event.spec), body)


def _following(services: Services, first: Envelope, points: Sequence[Point]) -> list[Envelope]:
    """What is to be recorded behind the submission, under the same ids in each try."""
    if not points:
        return []
    new_id = first.stream.removeprefix("trial-")
    sizes = [len(encode(_behind(services, first, _added(new_id, [each]), 0))) for each in points]
    events: list[Event] = [_added(new_id, batch) for batch in in_batches(points, sizes, MOST_BYTES)]
    events.append(TrialResumed(trial_id=new_id))
    return [_behind(services, first, event, number) for number, event in enumerate(events)]


def _added(trial_id: str, points: Sequence[Point]) -> PointsAdded:
    return PointsAdded(trial_id=trial_id, points=list(points))


def _behind(services: Services, first: Envelope, event: Event, number: int) -> Envelope:
    event_id = deterministic_id("fork", first.event_id, number)
    made = enveloped(services, event, actor=first.actor, event_id=event_id)
    return replace(made, causation_id=first.event_id, correlation_id=first.correlation_id)


def _shown(services: Services, begun: _Begun) -> JsonObject | None:
    """The trial, as soon as it is there and knows its results."""
    trial: Any = services.views.get("trials", begun.trial_id)
    if trial is None or (begun.points and begun.envelopes and trial["state"] == "paused"):
        return None
    return show_trial(services, trial)


OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/trials/{trial_id}/fork",
        id="fork_trial",
        summary="Submit a trial that goes on from a moment of another one, with its results",
        handler=fork,
        scope="submit",
        body=Fork,
        body_optional=True,
        answers=ACCEPTED,
        tags=("trials",),
        idempotent=True,
        description="The spec is that of the moment, with the changes; points are not taken along, "
        "and the seed is a new one unless it is named. Results that counted then and fit the "
        "space become known points: parameters that it does not have any more are dropped, what "
        "lacks a parameter or has a value that it does not allow is left out. `forked_from` of "
        "the new trial counts them. Another objective takes no results.",
    ),
)
