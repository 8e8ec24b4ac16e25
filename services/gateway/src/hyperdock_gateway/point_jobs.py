"""What has become of points that were added: told by the log, for no view knows points by id."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from hyperdock_common.events import (
    Envelope,
    JobFinished,
    JobProposed,
    Point,
    PointsAdded,
    RecordedEvent,
)
from hyperdock_common.history import history
from hyperdock_common.json_types import JsonObject
from hyperdock_gateway.chance import used_otherwise
from hyperdock_gateway.services import Services


@dataclass(slots=True)
class _Became:
    """What a trial's history says of some points.

    Attributes:
        known: those that were evaluated elsewhere and are not ended jobs yet.
        jobs: the jobs, by point; `points`: the other way round.
        position: where it said so last.
    """

    known: set[str]
    jobs: dict[str, str] = field(default_factory=dict)
    points: dict[str, str] = field(default_factory=dict)
    position: int = 0


def find_jobs(
    services: Services, envelope: Envelope, points: Iterable[Point], after: int
) -> JsonObject | None:
    """The jobs that recorded points have become, by point, as soon as the views show them.

    Those that were evaluated elsewhere become jobs at once; others may have to wait for one.

    Args:
        services: what it is read with.
        envelope: the `PointsAdded` of the points; its id may stand in the log for other ones.
        points: its points.
        after: a position before it.

    Raises:
        Refused: other points were added under its id.
    """
    named = {each.point_id: each for each in points}
    known = {name for name, each in named.items() if each.loss is not None}
    became = _Became(known=known)
    for record in history(services.log, after=after, stream=envelope.stream):
        if record.envelope.event_id == envelope.event_id:
            _check_same(record, list(named))
            became.position = record.position
        _take(became, record, named.keys())
    if became.known or not became.position:
        return None
    shown = all(services.views.position(view) >= became.position for view in ("trials", "jobs"))
    return dict(became.jobs) if shown else None


def _check_same(record: RecordedEvent, names: list[str]) -> None:
    event = record.event
    if not isinstance(event, PointsAdded) or [each.point_id for each in event.points] != names:
        raise used_otherwise()


def _take(became: _Became, record: RecordedEvent, names: Collection[str]) -> None:
    match record.event:
        case JobProposed(point_id=str() as point_id, job_id=job_id) if point_id in names:
            became.jobs[point_id] = job_id
            became.points[job_id] = point_id
        case JobFinished(job_id=job_id) if became.points.get(job_id) in became.known:
            became.known.discard(became.points[job_id])
        case _:
            return
    became.position = record.position
