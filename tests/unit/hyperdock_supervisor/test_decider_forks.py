"""A trial that begins paused, as forks do: it proposes nothing before it knows all."""

from dataclasses import replace

from tests.unit.hyperdock_supervisor.desk import Desk
from tests.unit.hyperdock_supervisor.words import registered, submitted

from hyperdock_common.events import (
    JobFinished,
    JobProposed,
    Point,
    PointsAdded,
    TrialResumed,
)


def known(*numbers: int) -> PointsAdded:
    """Results of another trial."""
    points = [
        Point(point_id=f"old.{number}", params={"x": number / 10}, loss=float(number))
        for number in numbers
    ]
    return PointsAdded(trial_id="t", points=points)


def test_nothing_is_proposed_until_it_is_resumed() -> None:
    """Though slots are free, and each of the events comes in a batch of its own."""
    desk = Desk()
    desk.publish(registered("w", slots=2))
    desk.publish(replace(submitted(parallelism=2), paused=True))
    desk.publish(known(1, 2))
    desk.publish(known(3))
    assert [each.origin for each in desk.recorded(JobProposed)] == ["imported"] * 3
    desk.publish(TrialResumed(trial_id="t"))
    origins = [each.origin for each in desk.recorded(JobProposed)]
    assert origins == [*["imported"] * 3, "optimizer", "optimizer"]
    assert len(desk.recorded(JobFinished)) == 3


def test_a_rebuilt_decider_still_waits() -> None:
    """Whoever takes over in between proposes nothing either."""
    desk = Desk()
    desk.publish(registered("w", slots=2))
    desk.publish(replace(submitted(parallelism=1), paused=True))
    desk.restart()
    desk.publish(registered("w", slots=2))
    assert desk.recorded(JobProposed) == []
    desk.publish(known(1), TrialResumed(trial_id="t"))
    assert [each.origin for each in desk.recorded(JobProposed)] == ["imported", "optimizer"]
