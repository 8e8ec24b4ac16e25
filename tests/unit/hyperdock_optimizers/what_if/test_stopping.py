"""Rules that stop a trial: where they hold, what they save, what they lose."""

import pytest
from tests.unit.hyperdock_optimizers.what_if.told import Job, trial

from hyperdock_optimizers.what_if import RecordedTrial, Stop, stopped
from hyperdock_optimizers.what_if.recorded import Ended

LOSSES = [5.0, 6.0, 4.0, None, 4.0, 7.0, 3.0, 8.0]


def losses(objective: str = "minimize") -> RecordedTrial:
    """A trial of eight jobs, ten seconds each, one after the other."""
    sign = 1 if objective == "minimize" else -1
    jobs = [Job(loss=None if each is None else sign * each) for each in LOSSES]
    return trial(jobs, objective=objective)


@pytest.mark.parametrize(
    ("rule", "job", "regret"),
    [
        (Stop("without_improvement", 1), 2, 2.0),
        (Stop("without_improvement", 3), 6, 1.0),
        (Stop("without_improvement", 4), None, 0.0),
        (Stop("at_loss", 5.0), 1, 2.0),
        (Stop("at_loss", 3.5), 7, 0.0),
        (Stop("at_loss", 1.0), None, 0.0),
        (Stop("max_jobs", 4), 4, 1.0),
        (Stop("max_jobs", 9), None, 0.0),
    ],
)
def test_a_rule_stops_where_it_first_holds(rule: Stop, job: int | None, regret: float) -> None:
    """A failure and an equal loss are no improvement; the regret is to the best in the end."""
    found = stopped(losses(), rule)
    assert (found.job.number if found.job else None) == job
    jobs = job or len(LOSSES)
    assert (found.jobs, found.jobs_saved) == (jobs, len(LOSSES) - jobs)
    assert (found.seconds, found.seconds_saved) == (10.0 * jobs, 10.0 * (len(LOSSES) - jobs))
    assert found.regret == regret


def test_failures_alone_do_not_begin_to_count() -> None:
    """As long as nothing has succeeded, nothing can be without improvement."""
    found = stopped(trial([Job(loss=None)] * 5), Stop("without_improvement", 2))
    assert found.job is None
    assert found.regret is None


def test_what_is_maximized_stops_at_the_same_place() -> None:
    """With its losses turned round."""
    rule = Stop("without_improvement", 3)
    assert stopped(losses("maximize"), rule).jobs == stopped(losses(), rule).jobs


def test_jobs_that_run_at_the_stop_are_paid_until_then() -> None:
    """Not less, and not to their ends."""
    recorded = trial([Job(loss=1.0, seconds=10), Job(loss=2.0, seconds=30)])
    recorded.jobs[2].started_at = 105.0  # it began while the first one ran
    found = stopped(recorded, Stop("at_loss", 1.0))
    assert (found.seconds, found.seconds_saved) == (15.0, 30.0)


def test_a_budget_lets_the_jobs_that_it_allows_end() -> None:
    """Those that were proposed first, whichever ended first; others are never proposed."""
    recorded = trial([Job(loss=1.0), Job(loss=2.0), Job(loss=0.5, seconds=30)])
    recorded.happenings.sort(key=lambda each: isinstance(each, Ended))
    ends = recorded.happenings[-3:]
    recorded.happenings[-3:] = [ends[2], ends[0], ends[1]]  # the third job ends first
    found = stopped(recorded, Stop("max_jobs", 2))
    assert (found.jobs, found.jobs_saved, found.seconds) == (2, 1, 20.0)
    assert found.job is recorded.jobs[2]
    assert (found.best_then, found.best_in_the_end) == (1.0, 0.5)
