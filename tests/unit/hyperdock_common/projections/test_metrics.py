"""The metrics view and the specs view: one document a step, one a trial."""

import pytest

from hyperdock_common.events import MetricReported
from hyperdock_common.projections import metrics, specs
from hyperdock_common.testing.builders import proposed, recorded, submitted


def measured(step: int, loss: float, attempt: int = 1) -> MetricReported:
    """A value on the way."""
    return MetricReported(
        trial_id="t1",
        job_id="t1-job-1",
        attempt=attempt,
        worker_id="w1",
        step=step,
        values={"loss": loss},
    )


def test_some_steps_of_an_attempt_share_a_document() -> None:
    """So that a curve can be of any length, and is neither one document nor thousands."""
    keys = [
        metrics.keys(measured(step, 0.5, attempt)) for attempt in (1, 2) for step in (0, 49, 50)
    ]
    assert keys == [
        *(("t1-job-1/1/0",), ("t1-job-1/1/0",), ("t1-job-1/1/1",)),
        *(("t1-job-1/2/0",), ("t1-job-1/2/0",), ("t1-job-1/2/1",)),
    ]


def test_a_step_is_shown_in_the_order_of_the_log() -> None:
    """With its values and when they were told."""
    first, second = recorded([measured(53, 0.5), measured(54, 0.4)], after=41, at=7.0)
    assert metrics.fold(metrics.fold(None, first), second) == {
        "trial_id": "t1",
        "job_id": "t1-job-1",
        "attempt": 1,
        "steps": 1,
        "order": 42,
        "points": {
            "53": {"values": {"loss": 0.5}, "at": 7.0, "order": 42},
            "54": {"values": {"loss": 0.4}, "at": 7.0, "order": 43},
        },
    }


def test_a_later_report_of_a_step_replaces_the_earlier() -> None:
    """Also with fewer values."""
    first, second = recorded([measured(3, 0.5), measured(3, 0.4)])
    points = metrics.fold(metrics.fold(None, first), second)["points"]
    assert [point["values"] for point in points.values()] == [{"loss": 0.4}]


def test_the_spec_is_shown_as_it_was_submitted() -> None:
    """It never changes."""
    event = submitted("t1", name="tune", space={"x": [1, 2]})
    assert specs.keys(event) == ("t1",)
    assert specs.fold(None, recorded([event])[0]) == {"name": "tune", "space": {"x": [1, 2]}}


def test_other_events_belong_elsewhere() -> None:
    """Folding them here would be a mistake of ours."""
    (record,) = recorded([proposed(1)])
    for view in (metrics, specs):
        assert view.keys(record.event) == ()
        with pytest.raises(TypeError, match="JobProposed"):
            view.fold(None, record)
