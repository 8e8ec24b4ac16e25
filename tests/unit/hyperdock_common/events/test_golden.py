"""Events that were once written can be read for ever.

`events-v1.ndjson` is what release 0.1 wrote. Never change a line of it: when an event changes,
add an upcaster and a new file.
"""

from pathlib import Path
from typing import get_args

import pytest

from hyperdock_common.events import (
    AttemptLost,
    AttemptRef,
    Cancelled,
    Envelope,
    Event,
    Failed,
    ForkedFrom,
    Heartbeat,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobRetracted,
    JobStarted,
    JobStopRequested,
    MetricReported,
    Outcome,
    Point,
    PointsAdded,
    Pruned,
    Succeeded,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    WorkerDrainSet,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
    stream_of,
)
from hyperdock_common.events.codec import decode

GOLDEN = Path(__file__).parents[3] / "golden" / "events-v1.ndjson"


def ended(number: int, outcome: Outcome, worker_id: str | None = "w1") -> JobFinished:
    """An end of a job that says no more than it must."""
    return JobFinished(
        trial_id="t1", job_id=f"j{number}", attempt=1, worker_id=worker_id, outcome=outcome
    )


EXPECTED: tuple[Event, ...] = (
    TrialSubmitted(
        trial_id="t1",
        spec={
            "name": "größer ⚙",
            "image": "digits",
            "space": {"c": {"type": "float", "low": 0.001, "high": 1000.0, "log": True}},
            "algorithm": {"name": "random", "seed": 18446744073709551615, "options": {}},
            "budget": {"jobs": 30, "wall_time": None},
            "flags": [True, False],
        },
    ),
    TrialPaused(trial_id="t1"),
    TrialResumed(trial_id="t1"),
    TrialStopRequested(trial_id="t1", end="stopped", reason="user", message='"stop" was pressed\n'),
    TrialFinished(trial_id="t1", end="completed", reason="budget", message=""),
    JobProposed(
        trial_id="t1",
        job_id="j1",
        number=1,
        params={"c": 1e-07, "kernel": "rbf", "degree": 3, "layers": [{"units": 8}], "x": None},
        versions={"nevergrad": "1.0.12", "numpy": "2.3.5"},
    ),
    JobClaimed(trial_id="t1", job_id="j1", attempt=1, worker_id="w1", slot=0),
    JobStarted(
        trial_id="t1",
        job_id="j1",
        attempt=1,
        worker_id="w1",
        runner={"host": "h", "container": "0123abcd", "pid": None},
    ),
    MetricReported(
        trial_id="t1",
        job_id="j1",
        attempt=1,
        worker_id="w1",
        step=3,
        values={"loss": 0.25, "accuracy": 0.75},
    ),
    JobFinished(
        trial_id="t1",
        job_id="j1",
        attempt=2,
        worker_id="w1",
        outcome=Succeeded(loss=-0.125),
        metrics={"accuracy": 0.875, "note": "ok"},
        graphs=[{"name": "g", "x_axis": "x", "y_axis": "y", "series": [{"x": [1], "y": [2.5]}]}],
        runner={"exit_code": 0, "seconds": 12.5, "peak_memory": 1048576},
    ),
    ended(2, Failed(reason="exit_code", message="the target ended with exit code 3")),
    ended(3, Pruned(step=7)),
    ended(4, Cancelled(reason="user"), worker_id=None),
    AttemptLost(trial_id="t1", job_id="j5", attempt=1, worker_id="w1", reason="lease_expired"),
    JobStopRequested(trial_id="t1", job_id="j6", reason="user"),
    WorkerRegistered(
        worker_id="w1",
        host="h",
        pool="default",
        slots=2,
        runtimes=["docker", "process"],
        version="0.1.0",
        gpus=1,
        attempts=[AttemptRef(trial_id="t1", job_id="j1", attempt=1)],
    ),
    Heartbeat(worker_id="w1", attempts=[AttemptRef(trial_id="t1", job_id="j1", attempt=1)]),
    WorkerLeft(worker_id="w1"),
    WorkerLost(worker_id="w1", reason="silent for 60 s"),
    TrialChanged(trial_id="t1", budget={"jobs": 40, "wall_time": 3600.0}, parallelism=4),
    TrialAnnotated(trial_id="t1", notes="# größer", tags=["prod", "v 2"]),
    TrialArchived(trial_id="t1", archived=True),
    PointsAdded(
        trial_id="t1",
        points=[
            Point(point_id="p1", params={"c": 0.5}, loss=0.25, metrics={"accuracy": 0.5}),
            Point(point_id="p2", params={"c": 1.0}, retry_of="t1.3"),
        ],
    ),
    JobProposed(
        trial_id="t1",
        job_id="t1.7",
        number=7,
        params={"c": 1.0},
        origin="retry",
        point_id="p2",
        retry_of="t1.3",
    ),
    JobRetracted(trial_id="t1", job_id="t1.7", reason="wrong data"),
    WorkerDrainSet(worker_id="w1", draining=True),
    TrialSubmitted(
        trial_id="t2",
        spec={"name": "fork", "command": ["true"]},
        forked_from=ForkedFrom(trial_id="t1", position=17, results=2, left_out={"out_of_space": 1}),
        paused=True,
    ),
)
BY_USERS = 20
"""Later lines name who asked for it."""


def expected(number: int) -> Envelope:
    """The envelope of a line, counted from 1."""
    event = EXPECTED[number - 1]
    return Envelope(
        event_id=f"00000000-0000-5000-8000-{number:012}",
        stream=stream_of(event),
        event=event,
        occurred_at=1763800000.0 + number / 8,
        producer="golden",
        causation_id=f"00000000-0000-5000-8000-{number - 1:012}" if number > 1 else None,
        correlation_id="00000000-0000-5000-8000-000000000001",
        actor="ada" if number >= BY_USERS else None,
    )


@pytest.mark.parametrize("number", range(1, len(EXPECTED) + 1))
def test_golden_line_decodes_to_its_event(number: int) -> None:
    """A line of the golden file is the event that it has always been."""
    line = GOLDEN.read_bytes().splitlines()[number - 1]
    assert decode(line) == expected(number)


def test_golden_file_holds_no_more_and_no_less() -> None:
    """No line of the golden file stands there unread."""
    assert len(GOLDEN.read_bytes().splitlines()) == len(EXPECTED)


def test_every_kind_of_event_and_outcome_is_golden() -> None:
    """Whoever adds an event or an outcome adds what it looks like when it is stored."""
    assert {type(event) for event in EXPECTED} == set(get_args(Event))
    outcomes = {type(event.outcome) for event in EXPECTED if isinstance(event, JobFinished)}
    assert outcomes == set(get_args(Outcome))
