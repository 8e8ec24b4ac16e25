"""A trial's state: what each event makes of it."""

from collections.abc import Sequence
from typing import TypeAlias

import pytest
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    job_stopped,
    lost,
    measured,
    proposed,
    started,
    stopped,
    submitted,
)

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.events import (
    Cancelled,
    Failed,
    JobEvent,
    Pruned,
    TrialEvent,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialSubmitted,
)
from hyperdock_supervisor.domain.trial import BrokenHistory, LiveJob, Trial, evolve

Events: TypeAlias = Sequence[TrialEvent | JobEvent]

SUBMITTED: Events = [submitted()]
RUNNING: Events = [*SUBMITTED, proposed(), claimed()]


def given(events: Events, at: float = 100.0) -> Trial:
    """The trial after these events, one second apart."""
    trial: Trial | None = None
    for second, event in enumerate(events):
        trial = evolve(trial, event, at + second)
    assert trial is not None
    return trial


def test_a_submitted_trial_runs_and_has_no_jobs() -> None:
    """It begins with everything at naught."""
    trial = given(SUBMITTED, at=100.0)
    assert (trial.state, trial.proposed, dict(trial.live)) == ("running", 0, {})
    assert (trial.succeeded, trial.failed, trial.best) == (0, 0, None)
    assert trial.submitted_at == 100.0


def test_a_proposed_job_waits_for_its_first_attempt() -> None:
    """Nobody holds its lease."""
    trial = given([*SUBMITTED, proposed("t.1", {"x": 0.25})])
    assert trial.live["t.1"] == LiveJob(job_id="t.1", number=1, params={"x": 0.25})
    assert trial.proposed == 1


def test_a_claim_gives_the_lease_and_starts_the_trials_time() -> None:
    """Only the first claim sets the time."""
    trial = given([*SUBMITTED, proposed(), claimed(by="a"), proposed("t.2"), claimed("t.2")])
    assert trial.live["t.1"].worker_id == "a"
    assert trial.first_claim_at == 102.0


def test_a_claim_at_the_beginning_of_time_counts_as_the_first() -> None:
    """A clock at 0 is a clock too."""
    trial = given([*SUBMITTED, proposed(), claimed(), proposed("t.2"), claimed("t.2")], at=-2.0)
    assert trial.first_claim_at == 0.0


def test_a_lost_attempt_leaves_the_job_waiting_for_the_next() -> None:
    """Who held it is remembered, for its result may yet come."""
    trial = given([*RUNNING, lost()])
    assert trial.live["t.1"].attempt == 2
    assert trial.live["t.1"].worker_id is None
    assert trial.live["t.1"].lost == ((1, "w"),)


def test_starts_and_metrics_change_nothing_that_is_decided_by() -> None:
    """The state is the very same, so nobody has to look what follows from it."""
    trial = given(RUNNING)
    assert evolve(trial, started(), 200.0) is trial
    assert evolve(trial, measured(), 200.0) is trial


def test_a_job_that_shall_stop_is_marked() -> None:
    """It goes on until its worker says how it ended."""
    assert given([*RUNNING, job_stopped()]).live["t.1"].stopping


@pytest.mark.parametrize(
    ("objective", "losses", "best"),
    [
        ("minimize", [2.0, 1.0, 3.0], 1.0),
        ("maximize", [2.0, 3.0, 1.0], 3.0),
        ("minimize", [0.0, -1.0], -1.0),
    ],
)
def test_the_best_loss_depends_on_the_objective(
    objective: str, losses: list[float], best: float
) -> None:
    """The smallest where it is minimized, the largest where it is maximized."""
    events: list[TrialEvent | JobEvent] = [submitted(objective=objective)]
    for number, loss in enumerate(losses, 1):
        job_id = f"t.{number}"
        events += [proposed(job_id), claimed(job_id), finished(job_id, loss)]
    trial = given(events)
    assert (trial.best, trial.succeeded) == (best, len(losses))
    assert not trial.live


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [
        (Failed(reason="exit_code", message="3"), 1),
        (Cancelled(reason="user"), 0),
        (Pruned(step=3), 0),
    ],
)
def test_only_failures_count_as_failures(outcome: Failed | Cancelled | Pruned, failed: int) -> None:
    """A job that was cancelled or pruned says nothing against the target."""
    trial = given([*RUNNING, finished(outcome=outcome)])
    assert (trial.failed, trial.succeeded, trial.best, dict(trial.live)) == (failed, 0, None, {})


@pytest.mark.parametrize(
    ("outcome", "remembered"),
    [
        (Failed(reason="image_unavailable", message="no image x"), "no image x"),
        (Failed(reason="cannot_start"), "cannot_start"),
        (Failed(reason="exit_code", message="3"), ""),
    ],
)
def test_a_target_that_never_started_is_remembered(outcome: Failed, remembered: str) -> None:
    """With the message, or with the reason where there is none."""
    assert given([*RUNNING, finished(outcome=outcome)]).never_started == remembered


def test_states_follow_the_trials_own_events() -> None:
    """Paused, running again, stopping, finished."""
    end = TrialFinished(trial_id="t", end="stopped", reason="user")
    steps: Events = [TrialPaused(trial_id="t"), TrialResumed(trial_id="t"), stopped(), end]
    states = [given([*SUBMITTED, *steps[: n + 1]]).state for n in range(len(steps))]
    assert states == ["paused", "running", "stopping", "finished"]
    assert given([*SUBMITTED, stopped()]).end == "stopped"


@pytest.mark.parametrize("event", [proposed(), claimed(), TrialPaused(trial_id="t"), stopped()])
def test_no_event_comes_before_the_submission(event: TrialEvent | JobEvent) -> None:
    """Such a history is broken and not to be built on."""
    with pytest.raises(BrokenHistory, match="before the submission"):
        evolve(None, event, 0.0)


@pytest.mark.parametrize("event", [claimed("t.9"), finished("t.9"), lost("t.9"), started("t.9")])
def test_no_event_is_about_a_job_that_is_not_open(event: JobEvent) -> None:
    """Such a history is broken and not to be built on."""
    with pytest.raises(BrokenHistory, match="not open"):
        evolve(given(RUNNING), event, 0.0)


def test_a_spec_that_is_none_is_refused() -> None:
    """What cannot be read cannot be run."""
    with pytest.raises(InvalidTrial, match="name: is missing"):
        evolve(None, TrialSubmitted(trial_id="t", spec={"space": {"x": [1]}}), 0.0)
