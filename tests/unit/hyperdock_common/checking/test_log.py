"""The checker over logs: clean where the log is, and each fault found under its own rule."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.hyperdock_common.checking.good_log import (
    GOOD,
    KNOWN,
    changed,
    ended,
    log_of,
    metric,
    ref,
    stop_job,
    swapped,
    with_one_more,
    without,
    without_job,
)

from hyperdock_common.checking import Finding, check_log
from hyperdock_common.events import (
    Cancelled,
    Event,
    JobRetracted,
    PointsAdded,
    RecordedEvent,
    TrialArchived,
    TrialChanged,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    WorkerDrainSet,
    WorkerLost,
)
from hyperdock_common.testing.builders import (
    attempt_lost,
    claimed,
    finished,
    heartbeat,
    proposed,
    registered,
    started,
    submitted,
)

ARCHIVED = TrialArchived(trial_id="t1", archived=True)
CHANGED = TrialChanged(trial_id="t1", parallelism=3)
POINTS = PointsAdded(trial_id="t1", points=[KNOWN])
RETRACTED = JobRetracted(trial_id="t1", job_id="t1-job-1", reason="wrong data")
STOP = TrialStopRequested(trial_id="t1", end="completed", reason="target_loss")


def second_attempt(event: Event, **changes: Any) -> Event:
    """The event, changed if it is one of the second attempt of job 2."""
    is_one = event in (claimed(2, attempt=2), attempt_lost(2, attempt=2))
    return replace(event, **changes) if is_one else event


def late_claim() -> list[Event]:
    """A job that is claimed only when its trial stops."""
    events = without(STOP)
    events.insert(events.index(claimed(4)), STOP)
    return events


FAULTS: dict[str, tuple[list[Event], list[int]]] = {
    "a job never ended": (without(finished(1)), [1]),
    "a job ended twice": (with_one_more(finished(1), metric(4, step=2)), [1]),
    "a job ended twice, the second time after its trial": (
        with_one_more(finished(1), ended()),
        [1],
    ),
    "a job ended after its trial only": (swapped(finished(4), ended()), [1, 1]),
    "a job's number is missing": (without_job(3), [1]),
    "a claim before its proposal": (swapped(proposed(4), claimed(4)), [2]),
    "a claim of an attempt that is held": (
        with_one_more(claimed(1, worker_id="w2"), started(1)),
        [2],
    ),
    "a claim of an attempt again": (with_one_more(claimed(1), started(1)), [2]),
    "a claim that skips an attempt": (
        [second_attempt(each, attempt=3) for each in GOOD],
        [2],
    ),
    "a claim of an attempt that was lost": (
        changed(claimed(2, attempt=2), claimed(2, attempt=1)),
        [2, 2, 2],
    ),
    "a claim after the job's end": (with_one_more(claimed(1, attempt=2), finished(1)), [2]),
    "a start by another worker": (changed(started(1), started(1, worker_id="w2")), [2]),
    "a start before its claim": (swapped(claimed(4), started(4)), [2]),
    "a metric of another attempt": (changed(metric(1), metric(1, attempt=2)), [2]),
    "a metric after the job's end": (with_one_more(metric(1), finished(1)), [2]),
    "an end by a stranger": (changed(finished(1), finished(1, worker_id="w2")), [2]),
    "an end without a worker of a job that runs": (
        changed(finished(1), finished(1, worker_id=None)),
        [2],
    ),
    "a late result while another attempt runs": (without(attempt_lost(2, attempt=2)), [2]),
    "a late result that says cancelled": (
        changed(
            finished(2, attempt=1, worker_id="w2"),
            finished(2, Cancelled(), attempt=1, worker_id="w2"),
        ),
        [2],
    ),
    "a loss by another worker": (
        changed(attempt_lost(2, attempt=2), attempt_lost(2, attempt=2, worker_id="w2")),
        [2, 2],
    ),
    "a heartbeat among the facts": (with_one_more(heartbeat(), started(1)), [3]),
    "a proposal again": (with_one_more(proposed(1), started(1)), [4]),
    "a proposal again, under another name": (
        with_one_more(replace(proposed(2), job_id="other"), started(1)),
        [4],
    ),
    "a proposal for a trial that is paused": (
        with_one_more(proposed(3), TrialPaused(trial_id="t1")),
        [4, 4],
    ),
    "a proposal for a trial that has ended": (with_one_more(proposed(5), ended()), [4]),
    "a loss again": (with_one_more(attempt_lost(2, attempt=2), proposed(3)), [2]),
    "a loss again of a job that waits": (
        with_one_more(attempt_lost(2, worker_id="w2"), attempt_lost(2, worker_id="w2")),
        [4],
    ),
    "a trial finished again": (with_one_more(ended(), ended()), [4]),
    "a retraction of a job that has not ended": (
        with_one_more(replace(RETRACTED, job_id=claimed(4).job_id), claimed(4)),
        [4],
    ),
    "an open trial put away": (with_one_more(ARCHIVED, started(1)), [4]),
    "points for a trial that stops": (with_one_more(POINTS, STOP), [4]),
    "a change of a trial that stops": (with_one_more(CHANGED, STOP), [4]),
    "points for a trial that has ended": (with_one_more(POINTS, ended()), [4]),
    "a drain of a worker that is away": (
        with_one_more(
            WorkerDrainSet(worker_id="w2", draining=True), attempt_lost(2, worker_id="w2")
        ),
        [4],
    ),
    "a trial submitted again": (with_one_more(submitted("t1"), started(1)), [4]),
    "a trial submitted again after its end": (with_one_more(submitted("t1"), ended()), [4]),
    "a trial that was never submitted": (without(GOOD[2]), [4]),
    "a trial paused twice": (
        with_one_more(TrialPaused(trial_id="t1"), TrialPaused(trial_id="t1")),
        [4],
    ),
    "a trial resumed that runs": (with_one_more(TrialResumed(trial_id="t1"), started(1)), [4]),
    "a trial stopped twice": (with_one_more(STOP, STOP), [4]),
    "a job stopped twice": (with_one_more(stop_job(3), stop_job(3)), [4]),
    "a worker lost that is not there": (
        with_one_more(WorkerLost(worker_id="w3", reason="silent"), started(1)),
        [4],
    ),
    "a claim by a worker that is not there": (
        [second_attempt(each, worker_id="w3") for each in GOOD],
        [4],
    ),
    "a claim while the trial stops": (late_claim(), [8]),
    "a claim of a job that is to stop": (
        with_one_more(claimed(3), stop_job(3)),
        [8, 2],
    ),
}


def invariants(records: Sequence[RecordedEvent], *, settled: bool = False) -> list[int]:
    """The rules against which something was found."""
    return [each.invariant for each in check_log(records, settled=settled).findings]


def test_a_good_log_is_clean_and_counted() -> None:
    """Losses, late results, adoptions and cancelled jobs are no faults."""
    report = check_log(log_of(GOOD), settled=True)
    assert report.findings == ()
    assert report.is_clean
    counts = report.counts
    assert (counts.events, counts.trials, counts.open_trials) == (len(GOOD), 2, 0)
    assert (counts.jobs, counts.ended_once, counts.doubled, counts.lost) == (6, 6, 0, 0)
    assert (counts.claims, counts.attempts_lost, counts.late_results) == (5, 2, 1)
    assert (counts.adopted, counts.gaps, counts.takeovers) == (1, 0, 0)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_under_its_rule_and_no_other(fault: str) -> None:
    """A log that is broken in one way has findings of that one way."""
    events, expected = FAULTS[fault]
    assert invariants(log_of(events)) == expected


@pytest.mark.parametrize("missing", range(1, len(GOOD) + 1))
def test_a_gap_in_the_positions_is_found_wherever_it_is(missing: int) -> None:
    """Rule 3: from 1 on every position is there."""
    moved = [
        replace(each, position=each.position + (each.position >= missing)) for each in log_of(GOOD)
    ]
    report = check_log(moved)
    assert [each.invariant for each in report.findings] == [3]
    assert report.counts.gaps == 1
    assert report.findings[0].where == f"position {missing + 1}"


def test_positions_that_come_again_are_found() -> None:
    """Rule 3: what two writers appended to the same head."""
    records = log_of(GOOD)
    moved = [replace(each, position=each.position - (each.position > 5)) for each in records]
    assert invariants(moved) == [3]


def test_an_event_that_is_recorded_twice_is_found_however_far_apart() -> None:
    """Rule 3: the id tells, even where the event itself could have happened again."""
    again = [*GOOD, registered("w1"), *GOOD[2:0:-1]][: len(GOOD) + 1]
    records = log_of(again)
    last = replace(records[-1], envelope=replace(records[-1].envelope, event_id="e1"))
    report = check_log([*records[:-1], last])
    assert report.findings == (
        Finding(
            invariant=3,
            where=f"position {len(again)}",
            what="is the same event as the one at position 1",
        ),
    )


def test_an_event_in_a_foreign_stream_is_found() -> None:
    """Rule 3: whoever reads a stream would miss it."""
    records = log_of(GOOD)
    records[8] = replace(records[8], envelope=replace(records[8].envelope, stream="trial-t2"))
    assert invariants(records) == [3]


def test_open_jobs_are_lost_only_where_the_system_has_settled() -> None:
    """Rule 1: on a live system a job may be open; in the end none may."""
    records = log_of(GOOD[:8])
    assert check_log(records).counts.lost == 0
    assert invariants(records) == []
    report = check_log(records, settled=True)
    assert [each.invariant for each in report.findings] == [1, 1]
    assert (report.counts.lost, report.counts.open_jobs, report.counts.open_trials) == (2, 2, 1)


def test_doubled_and_lost_jobs_are_counted_apart() -> None:
    """A job that ended three times is one that is doubled; the others ended once."""
    events = [*with_one_more(finished(1), finished(1)), finished(1)]
    counts = check_log(log_of(events)).counts
    assert (counts.jobs, counts.ended_once, counts.doubled, counts.lost) == (6, 5, 1, 0)
    counts = check_log(log_of(without(finished(4)))).counts
    assert (counts.jobs, counts.ended_once, counts.doubled, counts.lost) == (6, 5, 0, 1)


def test_a_worker_that_was_given_up_and_says_so_adopts_nothing() -> None:
    """Only a new process goes on with what an earlier one began."""
    events = [
        *GOOD[:7],
        registered("w1", attempts=[ref(1), ref(2), ref(9)]),
        WorkerLost(worker_id="w2", reason="silent"),
        registered("w2", attempts=[ref(2)]),
    ]
    assert check_log(log_of(events)).counts.adopted == 1


def test_another_supervisor_that_decides_is_a_takeover() -> None:
    """What one sees of two supervisors in the log."""
    records = [
        replace(each, envelope=replace(each.envelope, producer="ab"[each.position > 15]))
        for each in log_of(GOOD)
    ]
    assert check_log(records).counts.takeovers == 1


def test_of_a_log_that_is_broken_all_over_the_first_findings_are_kept() -> None:
    """The memory of a check does not depend on how bad it is."""
    events = [*GOOD[:5], *(started(1) for _ in range(1500))]
    report = check_log(log_of(events))
    assert (len(report.findings), report.counts.unlisted) == (1000, 500)


def test_reports_merge() -> None:
    """Several checks make one report."""
    one, two = check_log(log_of(GOOD)), check_log(log_of(without(finished(1))))
    both = one.merge(two)
    assert both.counts.jobs == one.counts.jobs + two.counts.jobs
    assert both.findings == two.findings
    assert not both.is_clean
    assert both.as_json()["lost"] == 1
    assert str(both.findings[0]).startswith("[1] trial t1, position ")
