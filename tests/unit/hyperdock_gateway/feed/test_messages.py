"""Whom an event concerns."""

import pytest

from hyperdock_common.events import Event, JobStopRequested, TrialPaused, WorkerLeft
from hyperdock_gateway.feed.messages import topics_of


@pytest.mark.parametrize(
    ("event", "topics"),
    [
        (TrialPaused(trial_id="a"), {"trial:a", "trials"}),
        (JobStopRequested(trial_id="a", job_id="a.1", reason=""), {"trial:a", "job:a.1"}),
        (WorkerLeft(worker_id="w"), {"workers"}),
    ],
)
def test_an_event_belongs_to_its_topics(event: Event, topics: set[str]) -> None:
    """A trial's own events to those of all trials, a job's to the job's, all of both to its."""
    assert topics_of(event) == topics
