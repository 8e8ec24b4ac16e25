"""A log in which nearly everything happens that may, for tests that break it."""

from collections.abc import Sequence
from dataclasses import replace

from hyperdock_common.events import (
    AttemptRef,
    Cancelled,
    Event,
    JobRetracted,
    JobStopRequested,
    MetricReported,
    Point,
    PointsAdded,
    RecordedEvent,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    WorkerDrainSet,
    WorkerLeft,
    WorkerLost,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.testing.builders import (
    attempt_lost,
    claimed,
    finished,
    job_id_of,
    proposed,
    recorded,
    registered,
    started,
    submitted,
)

SPEC: JsonObject = {
    "name": "bowl",
    "objective": "minimize",
    "image": None,
    "command": ["true"],
    "algorithm": {"name": "random", "seed": 7, "options": {}},
    "budget": {"jobs": 10},
    "parallelism": 2,
    "priority": 0,
    "pool": "default",
}


KNOWN = Point(point_id="p", params={"x": 0.5}, loss=1.0)


def ref(number: int, trial_id: str = "t1", attempt: int = 1) -> AttemptRef:
    """The name of an attempt."""
    return AttemptRef(trial_id=trial_id, job_id=job_id_of(trial_id, number), attempt=attempt)


def metric(number: int, attempt: int = 1, worker_id: str = "w1", step: int = 1) -> MetricReported:
    """A value on the way."""
    return MetricReported(
        trial_id="t1",
        job_id=job_id_of("t1", number),
        attempt=attempt,
        worker_id=worker_id,
        step=step,
        values={"loss": 0.5},
    )


def ended(trial_id: str = "t1") -> TrialFinished:
    """The end of a trial."""
    return TrialFinished(trial_id=trial_id, end="completed", reason="jobs")


def stop_job(number: int) -> JobStopRequested:
    """A user stops a job."""
    return JobStopRequested(trial_id="t1", job_id=job_id_of("t1", number), reason="user")


GOOD: Sequence[Event] = (
    registered("w1"),
    registered("w2"),
    submitted("t1", **SPEC),
    proposed(1),
    proposed(2),
    claimed(1),
    claimed(2, worker_id="w2"),
    started(1),
    metric(1),
    TrialPaused(trial_id="t1"),
    TrialResumed(trial_id="t1"),
    finished(1),
    registered("w2", attempts=[ref(2)]),  # the same worker again, with its container
    WorkerLost(worker_id="w2", reason="silent"),
    attempt_lost(2, worker_id="w2"),
    claimed(2, attempt=2),
    registered("w2"),
    attempt_lost(2, attempt=2),
    finished(2, attempt=1, worker_id="w2"),  # the lost attempt's result, after all
    proposed(3),
    stop_job(3),
    finished(3, Cancelled(reason="user"), worker_id=None),
    proposed(4),
    claimed(4),
    started(4),
    metric(4, step=2),
    TrialStopRequested(trial_id="t1", end="completed", reason="target_loss"),
    finished(4),
    ended(),
    WorkerLeft(worker_id="w2"),
    submitted("t2", **SPEC),
    proposed(1, trial_id="t2"),
    claimed(1, trial_id="t2"),
    TrialChanged(trial_id="t2", budget={"jobs": 1}, priority=3),
    TrialPaused(trial_id="t2"),
    PointsAdded(trial_id="t2", points=[KNOWN]),
    replace(proposed(2, trial_id="t2"), origin="imported", point_id="p"),
    finished(2, trial_id="t2", worker_id=None),
    TrialResumed(trial_id="t2"),
    WorkerDrainSet(worker_id="w1", draining=True),
    JobRetracted(trial_id="t2", job_id=job_id_of("t2", 2)),
    finished(1, trial_id="t2"),
    ended("t2"),
    TrialAnnotated(trial_id="t1", notes="well done", tags=["best"]),
    JobRetracted(trial_id="t1", job_id=job_id_of("t1", 4), reason="wrong data"),
    TrialArchived(trial_id="t1", archived=True),
)


def log_of(events: Sequence[Event]) -> list[RecordedEvent]:
    """The events as one supervisor recorded them, under ids that say where they stood."""
    return [
        replace(each, envelope=replace(each.envelope, event_id=f"e{each.position}"))
        for each in recorded(events)
    ]


def place_of(event: Event) -> int:
    """Where an event stands among the good ones."""
    return GOOD.index(event)


def without(event: Event) -> list[Event]:
    """All but this one."""
    place = place_of(event)
    return [*GOOD[:place], *GOOD[place + 1 :]]


def without_job(number: int) -> list[Event]:
    """All but what happened to one job of the first trial."""
    job_id = job_id_of("t1", number)
    return [each for each in GOOD if getattr(each, "job_id", None) != job_id]


def with_one_more(event: Event, behind: Event) -> list[Event]:
    """All, with one more behind one of them."""
    place = place_of(behind) + 1
    return [*GOOD[:place], event, *GOOD[place:]]


def changed(event: Event, to: Event) -> list[Event]:
    """All, with one of them changed."""
    place = place_of(event)
    return [*GOOD[:place], to, *GOOD[place + 1 :]]


def swapped(first: Event, second: Event) -> list[Event]:
    """All, with two of them in each other's places."""
    events = list(GOOD)
    a, b = place_of(first), place_of(second)
    events[a], events[b] = events[b], events[a]
    return events
