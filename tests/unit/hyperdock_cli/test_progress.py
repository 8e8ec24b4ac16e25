"""The state machine of a watched trial: counts, rates, what is left."""

from typing import Any

import pytest

from hyperdock_cli.progress import Progress, jobs_changed


def trial(ended: int = 0, **changes: Any) -> dict[str, Any]:
    """A trial document as far as progress looks at it."""
    counts = {"succeeded": ended, "failed": 0, "pruned": 0, "cancelled": 0, "running": 1}
    doc = {"state": "running", "jobs": counts, "budget": {"jobs": 10}, "started_at": 0.0}
    return doc | {"finished_at": None, "best": None} | changes


def test_rate_and_time_left_follow_the_jobs() -> None:
    """Four of ten jobs in eight seconds: twelve are left."""
    progress = Progress.begun(trial(), 0.0).seen(trial(2), 4.0).seen(trial(4), 8.0)
    assert progress.ended == 4
    assert progress.fraction == pytest.approx(0.4)
    assert progress.rate == pytest.approx(0.5)
    assert progress.eta == pytest.approx(12.0)


def test_nothing_is_promised_before_the_first_end() -> None:
    """Without an ended job there is no rate and no time left."""
    progress = Progress.begun(trial(), 0.0).seen(trial(), 60.0)
    assert progress.rate is None
    assert progress.eta is None


def test_the_rate_forgets_what_was_before_the_watch() -> None:
    """A trial that goes on does not count jobs of the past as done in no time."""
    progress = Progress.begun(trial(5), 100.0).seen(trial(6), 110.0)
    assert progress.rate == pytest.approx(0.1)


def test_the_rate_is_the_latest() -> None:
    """After many samples the slow beginning no longer counts."""
    progress = Progress.begun(trial(0, budget={}), 0.0)
    for ended in range(1, 101):
        progress = progress.seen(trial(ended, budget={}), 1000.0 + ended)
    assert progress.rate == pytest.approx(1.0)
    assert len(progress.samples) <= 32


def test_a_budget_of_time_is_counted_in_time() -> None:
    """Without a number of jobs the bar follows the wall time, from the first claim."""
    timed = trial(3, budget={"jobs": None, "wall_time": 100.0}, started_at=10.0)
    progress = Progress.begun(timed, 35.0)
    assert progress.fraction == pytest.approx(0.25)
    assert progress.eta == pytest.approx(75.0)


def test_the_nearer_end_counts() -> None:
    """With jobs and time the one that ends first is what is left."""
    both = {"jobs": 10, "wall_time": 10.0}
    progress = Progress.begun(trial(0, budget=both), 0.0).seen(trial(1, budget=both), 4.0)
    assert progress.eta == pytest.approx(6.0)


def test_without_a_budget_there_is_no_fraction() -> None:
    """A grid whose size nobody knows has a bar that only moves."""
    progress = Progress.begun(trial(3, budget={"jobs": None, "wall_time": None}), 5.0)
    assert progress.fraction is None
    assert progress.eta is None


@pytest.mark.parametrize("state", ["completed", "stopped", "failed"])
def test_an_ended_trial_is_over(state: str) -> None:
    """Its elapsed time stands still, and nothing is left."""
    progress = Progress.begun(trial(3, state=state, started_at=1.0, finished_at=4.0), 99.0)
    assert progress.is_over
    assert progress.elapsed == pytest.approx(3.0)
    assert progress.eta is None


def test_a_clock_behind_the_gateway_gives_no_negative_time() -> None:
    """Clocks of two machines differ."""
    assert Progress.begun(trial(started_at=50.0), 40.0).elapsed == 0.0


def test_problems_last_until_the_next_look() -> None:
    """What was in the way is gone when the trial can be read again."""
    progress = Progress.begun(trial(), 0.0).troubled(["no answer"], 1.0)
    assert progress.problems == ("no answer",)
    assert progress.seen(trial(), 2.0).problems == ()


def test_jobs_are_read_again_only_when_one_ended() -> None:
    """The best jobs and the last failure cannot have changed otherwise."""
    first = Progress.begun(trial(), 0.0)
    assert not jobs_changed(None, first)
    assert jobs_changed(None, Progress.begun(trial(1), 0.0))
    assert not jobs_changed(first, first.seen(trial(), 1.0))
    assert jobs_changed(first, first.seen(trial(1), 1.0))
