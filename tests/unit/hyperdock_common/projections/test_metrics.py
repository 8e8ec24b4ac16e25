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


def test_each_step_of_each_attempt_has_a_document() -> None:
    """So that a curve can be of any length."""
    keys = [metrics.keys(measured(step, 0.5, attempt)) for attempt in (1, 2) for step in (0, 10)]
    assert keys == [("t1-job-1/1/0",), ("t1-job-1/1/10",), ("t1-job-1/2/0",), ("t1-job-1/2/10",)]


def test_a_step_is_shown_in_the_order_of_the_log() -> None:
    """With its values and when they were told."""
    (record,) = recorded([measured(3, 0.5)], after=41, at=7.0)
    assert metrics.fold(None, record) == {
        "trial_id": "t1",
        "job_id": "t1-job-1",
        "attempt": 1,
        "step": 3,
        "values": {"loss": 0.5},
        "at": 7.0,
        "order": 42,
    }


def test_a_later_report_of_a_step_replaces_the_earlier() -> None:
    """Also with fewer values."""
    first, second = recorded([measured(3, 0.5), measured(3, 0.4)])
    assert metrics.fold(metrics.fold(None, first), second)["values"] == {"loss": 0.4}


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
