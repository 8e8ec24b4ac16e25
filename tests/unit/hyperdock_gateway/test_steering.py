"""When stop, pause and resume make sense."""

import pytest

from hyperdock_common.events import TrialPaused, TrialResumed, TrialStopRequested
from hyperdock_common.web import Refused
from hyperdock_gateway.steering import Action, job_settled, steer_trial, stop_job, trial_settled

PAUSED = TrialPaused(trial_id="t")
RESUMED = TrialResumed(trial_id="t")
STOP = TrialStopRequested(trial_id="t", end="stopped", reason="user")


@pytest.mark.parametrize(
    ("state", "action", "event"),
    [
        ("running", "stop", STOP),
        ("running", "pause", PAUSED),
        ("running", "resume", None),
        ("paused", "stop", STOP),
        ("paused", "pause", None),
        ("paused", "resume", RESUMED),
        ("stopping", "stop", None),
    ],
)
def test_open_trials_can_be_steered(state: str, action: Action, event: object) -> None:
    """Each action asks for its event, or for none where the trial is as asked already."""
    assert steer_trial(action, {"trial_id": "t", "state": state}) == event
    assert trial_settled(action, {"state": state}) == (event is None)


@pytest.mark.parametrize("state", ["completed", "stopped", "failed"])
@pytest.mark.parametrize("action", ["stop", "pause", "resume"])
def test_ended_trials_cannot(state: str, action: Action) -> None:
    """An ended trial refuses every action, and has settled all of them."""
    with pytest.raises(Refused, match="ended already") as refusal:
        steer_trial(action, {"trial_id": "t", "state": state})
    assert refusal.value.status == 409
    assert trial_settled(action, {"state": state})


@pytest.mark.parametrize("action", ["pause", "resume"])
def test_stopping_trials_can_only_stop(action: Action) -> None:
    """A trial that is on its way out is neither paused nor resumed."""
    with pytest.raises(Refused, match="is stopping"):
        steer_trial(action, {"trial_id": "t", "state": "stopping"})


def test_jobs_are_stopped_once() -> None:
    """A waiting or running job can be stopped, once."""
    job = {"trial_id": "t", "job_id": "t.1", "state": "pending", "stop_requested": None}
    event = stop_job(job)
    assert event is not None
    assert (event.trial_id, event.job_id, event.reason) == ("t", "t.1", "user")
    assert not job_settled(job)
    assert stop_job(job | {"stop_requested": "user"}) is None
    assert job_settled(job | {"stop_requested": "user"})


@pytest.mark.parametrize("state", ["succeeded", "failed", "pruned", "cancelled"])
def test_ended_jobs_cannot_be_stopped(state: str) -> None:
    """An ended job refuses its stop."""
    job = {"trial_id": "t", "job_id": "t.1", "state": state, "stop_requested": None}
    with pytest.raises(Refused, match="ended already"):
        stop_job(job)
    assert job_settled(job)
