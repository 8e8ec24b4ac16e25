"""The median rule over recorded intermediate losses."""

import pytest
from tests.unit.hyperdock_optimizers.what_if.told import TRIAL, Job, records, trial

from hyperdock_common.events import MetricReported
from hyperdock_optimizers.what_if import median_pruning, read_trial
from hyperdock_optimizers.what_if.recorded import CANCELLED

GOOD = [Job(loss=1.0 + n / 10, curve=[3.0, 2.0, 1.0], seconds=40) for n in range(5)]
BAD = Job(loss=9.0, curve=[2.0, 9.0, 9.0], seconds=40)


def pruned(jobs: list[Job], **how: int) -> list[tuple[int, int]]:
    """The numbers of the pruned jobs, with the steps."""
    return [(job.number, step) for job, step in median_pruning(trial(jobs), **how).jobs]


def test_a_job_that_is_worse_than_the_median_is_ended() -> None:
    """At the step where the best that it has told is worse; the rest of its time is saved."""
    worse = Job(loss=9.0, curve=[9.0, 9.0, 9.0], seconds=40)
    found = median_pruning(trial([*GOOD, worse, BAD]))
    assert [(job.number, step) for job, step in found.jobs] == [(6, 1), (7, 3)]
    assert found.seconds_saved == pytest.approx(30 + 10)
    assert found.seconds == 7 * 40
    assert (found.told, found.loses_the_best) == (7, False)
    assert found.best_left is found.best


def test_the_best_so_far_counts_not_the_latest() -> None:
    """A curve that was good and got worse is measured by its good part."""
    assert pruned([*GOOD, BAD]) == [(6, 3)]


def test_nothing_is_ended_before_the_warmup_or_without_enough_others() -> None:
    """Five that ran to their ends, if nothing else is said."""
    worse = Job(loss=9.0, curve=[9.0, 9.0, 9.0])
    assert pruned([*GOOD, worse], warmup=3) == [(6, 3)]
    assert pruned([*GOOD, worse], warmup=4) == []
    assert pruned([*GOOD[:4], worse]) == []
    assert pruned([*GOOD[:4], worse], startup=4) == [(5, 1)]


def test_what_was_ended_early_or_failed_measures_nobody() -> None:
    """Only curves that ran to a good end are in the median."""
    bad_curves = [Job(loss=None, curve=[0.0, 0.0, 0.0])] * 20
    assert pruned([*GOOD, *bad_curves, Job(loss=1.0, curve=[2.9, 1.9, 0.9])]) == []


def test_a_cancelled_job_is_none_that_could_be_saved() -> None:
    """Its time counts nowhere, and nobody knows its end."""
    recorded = trial([*GOOD, Job(loss=9.0, curve=[9.0, 9.0, 9.0], seconds=4000)])
    recorded.jobs[6].state = CANCELLED
    found = median_pruning(recorded)
    assert (found.jobs, found.seconds, found.seconds_saved, found.told) == ((), 200, 0, 5)


def test_the_best_job_may_be_lost() -> None:
    """One that began slowly, which is what people must know of."""
    late = Job(loss=0.1, curve=[9.0, 9.0, 0.1], seconds=40)
    found = median_pruning(trial([*GOOD, late]))
    assert found.loses_the_best
    assert found.best_left is not None
    assert (found.best_left.number, found.best_left.loss) == (1, 1.0)


def test_a_new_attempt_begins_its_curve_anew() -> None:
    """What the lost one told does not help it."""
    told = records([*GOOD, BAD])
    first = next(
        place
        for place, each in enumerate(told)
        if isinstance(each.event, MetricReported) and each.event.job_id == f"{TRIAL}.6"
    )
    for place in range(first + 1, len(told)):
        event = told[place].event
        if isinstance(event, MetricReported):
            object.__setattr__(event, "attempt", 2)
    found = read_trial(told)
    assert found is not None
    assert [(job.number, step) for job, step in median_pruning(found).jobs] == [(6, 2)]


def test_jobs_that_tell_nothing_run_to_their_ends() -> None:
    """There is nothing to go by."""
    found = median_pruning(trial([Job(loss=1.0)] * 9))
    assert (found.told, found.jobs, found.seconds_saved) == (0, (), 0.0)
