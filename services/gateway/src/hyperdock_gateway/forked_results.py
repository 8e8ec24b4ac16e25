"""What a fork takes from another trial: its spec and the results that counted at a moment."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hyperdock_common.events import (
    JobFinished,
    JobProposed,
    JobRetracted,
    Point,
    Succeeded,
    TrialChanged,
    TrialSubmitted,
)
from hyperdock_common.history import history
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import EventLog
from hyperdock_common.space import refit
from hyperdock_common.spec import TrialSpec, changed_trial, recorded_trial

MOST_RESULTS: Final = 10_000
"""Each becomes a job of the new trial, and all stand in its optimizer's way to the first proposal;
the newest are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A job that had succeeded, and that nobody had taken back."""

    job_id: str
    params: JsonObject
    loss: float
    metrics: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A trial at a moment.

    Attributes:
        spec: as it was submitted, with what had been changed until then.
        results: in the order in which they came.
    """

    spec: TrialSpec
    results: Sequence[Result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The results as points of the new trial, and how many could not be, by the reason."""

    points: Sequence[Point]
    left_out: Mapping[str, int] = field(default_factory=dict)


def read_origin(log: EventLog, trial_id: str, position: int) -> Origin | None:
    """The trial as of a position; None where it had not been submitted.

    Raises:
        StorageUnavailable, DecodeError: the log cannot be read.
    """
    spec: TrialSpec | None = None
    params: dict[str, JsonObject] = {}
    results: dict[str, Result] = {}
    for record in history(log, to=position, stream=f"trial-{trial_id}"):
        match record.event:
            case TrialSubmitted() as event:
                spec = recorded_trial(event.spec)
            case TrialChanged() as event if spec is not None:
                spec = changed_trial(spec, event)
            case JobProposed() as event:
                params[event.job_id] = event.params
            case JobFinished(job_id=job_id, outcome=outcome, metrics=metrics):
                given = params.pop(job_id)
                if isinstance(outcome, Succeeded):
                    results[job_id] = Result(
                        job_id=job_id, params=given, loss=outcome.loss, metrics=metrics
                    )
            case JobRetracted(job_id=job_id):
                results.pop(job_id, None)
            case _:
                pass
    return None if spec is None else Origin(spec=spec, results=list(results.values()))


def take_results(origin: Origin, spec: TrialSpec, fill: JsonObject) -> Taken:
    """The results as points of a trial with this spec; a point's id is the job that it was.

    Args:
        origin: where they are from.
        spec: of the trial that is to know them.
        fill: values for parameters that they lack.
    """
    if spec.objective != origin.spec.objective:
        return Taken(points=(), left_out=_counted({"other_objective": len(origin.results)}))
    left_out: Counter[str] = Counter()
    points: list[Point] = []
    space = spec.parsed_space
    for result in origin.results:
        fitted = refit(space, result.params, fill)
        if fitted.params is None:
            left_out[fitted.misfit or "out_of_space"] += 1
            continue
        points.append(
            Point(
                point_id=result.job_id,
                params=fitted.params,
                loss=result.loss,
                metrics=result.metrics,
            )
        )
    left_out["too_many"] = max(0, len(points) - MOST_RESULTS)
    return Taken(points=points[-MOST_RESULTS:], left_out=_counted(left_out))


def in_batches(points: Sequence[Point], sizes: Sequence[int], most: int) -> Iterator[list[Point]]:
    """The points in order, few enough at a time for one event.

    Args:
        points: all of them.
        sizes: how large each is.
        most: how large a batch may be; one point alone may be larger.
    """
    batch: list[Point] = []
    room = most
    for point, size in zip(points, sizes, strict=True):
        if batch and size > room:
            yield batch
            batch, room = [], most
        batch.append(point)
        room -= size
    if batch:
        yield batch


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in counts.items() if count}
