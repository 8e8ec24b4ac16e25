"""The checker over containers, as an engine lists them."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.hyperdock_common.checking.good_log import GOOD, log_of

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.checking import (
    LogChecker,
    Report,
    System,
    TargetContainer,
    check_containers,
    check_system,
)
from hyperdock_common.testing.builders import job_id_of


def container(
    number: int = 1, *, attempt: int = 1, worker_id: str = "w1", trial_id: str = "t1"
) -> TargetContainer:
    """The container of an attempt, running."""
    return TargetContainer(
        id=f"id-{number}-{attempt}-{worker_id}",
        name=f"hyperdock-{number}-{attempt}",
        worker_id=worker_id,
        trial_id=trial_id,
        job_id=job_id_of(trial_id, number),
        attempt=attempt,
        runs=True,
    )


ENDED = replace(container(), runs=False)
RUNNING = (container(1), container(2, worker_id="w2"))


def check(containers: Sequence[TargetContainer], position: int = 8) -> Report:
    """Checks them where jobs 1 and 2 run on workers 1 and 2."""
    checker = LogChecker()
    for record in log_of(GOOD[:position]):
        checker.add(record)
    return check_containers(checker.accounts, containers)


def test_containers_that_leases_cover_are_clean() -> None:
    """Running, or ended and not yet harvested."""
    assert check(RUNNING).findings == ()
    assert check([ENDED]).findings == ()
    assert check(RUNNING).counts.containers == 2


@pytest.mark.parametrize(
    ("containers", "position", "what"),
    [
        ([container(attempt=2)], 8, "runs for attempt 2 of job t1-job-1, but w1 holds the lease"),
        ([container(worker_id="w2")], 8, "but w1 holds the lease of attempt 1"),
        ([container(2)], 5, "runs, but nobody holds the lease of attempt 1 of job t1-job-2"),
        ([container(1)], 12, "runs, but the job of attempt 1 of job t1-job-1 has ended"),
        ([ENDED], 12, "is left, but the job"),
        ([container(7)], 8, "or never was"),
        ([container(4)], len(GOOD), "but the trial of attempt 1 of job t1-job-4 has ended"),
        ([container(1, trial_id="t9")], 8, "or never was"),
    ],
)
def test_a_container_that_no_lease_covers_is_found(
    containers: list[TargetContainer], position: int, what: str
) -> None:
    """Rule 8: of another attempt or worker, or of what has ended."""
    report = check(containers, position)
    (finding,) = report.findings
    assert finding.invariant == 8
    assert what in finding.what
    assert report.counts.containers_left == 1


def test_two_containers_of_one_attempt_are_found() -> None:
    """Rule 2: the same work twice, and two results."""
    second = replace(container(), id="another", name="again")
    report = check([container(), second])
    assert [each.invariant for each in report.findings] == [2]
    assert report.findings[0].where == "job t1-job-1 attempt 1"
    assert "hyperdock-1-1 (id-1-1-w1)" in report.findings[0].what


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    """The log where jobs 1 and 2 run."""
    with closing(SqliteEventLog(tmp_path / "events.db")) as log:
        log.append(0, [each.envelope for each in log_of(GOOD[:8])])
        yield log


class Looks:
    """What is seen, look by look; the last one again and again."""

    def __init__(self, *looks: Sequence[TargetContainer]) -> None:
        self._looks = list(looks)
        self.paused: list[float] = []

    def __call__(self) -> Sequence[TargetContainer]:
        """The next look."""
        return self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]

    def check(self, log: SqliteEventLog) -> Report:
        """Checks the system that is seen so."""
        return check_system(System(log=log, containers=self, moment=5.0), pause=self.paused.append)


def test_what_is_gone_after_a_moment_is_no_finding(log: SqliteEventLog) -> None:
    """A container that has just ended is removed a little later."""
    looks = Looks([*RUNNING, container(7)], RUNNING)
    assert looks.check(log).findings == ()
    assert looks.paused == [5.0]


def test_what_is_still_there_after_a_moment_is_a_finding(log: SqliteEventLog) -> None:
    """Nothing is to run that no lease covers."""
    looks = Looks([*RUNNING, container(7)])
    report = looks.check(log)
    assert [each.invariant for each in report.findings] == [8]
    assert (report.counts.containers, report.counts.containers_left) == (3, 1)


def test_what_loses_its_lease_between_two_looks_is_no_finding(log: SqliteEventLog) -> None:
    """It may be on its way out; only who was suspicious before is looked at again."""

    class JobEnds(Looks):
        def __call__(self) -> Sequence[TargetContainer]:
            if self.paused:
                log.append(8, [each.envelope for each in log_of(GOOD[:12])[8:]])
            return super().__call__()

    looks = JobEnds([*RUNNING, container(7)], RUNNING)
    assert looks.check(log).findings == ()


def test_a_claim_that_is_newer_than_the_first_reading_covers(log: SqliteEventLog) -> None:
    """The log is read on after the containers were listed."""
    with_new = (container(1), container(2, attempt=2))

    class Claimed(Looks):
        def __call__(self) -> Sequence[TargetContainer]:
            if log.head() == 8:
                log.append(8, [each.envelope for each in log_of(GOOD[:16])[8:]])
            return super().__call__()

    looks = Claimed(with_new[1:])
    assert looks.check(log).findings == ()
    assert looks.paused == []


def test_containers_of_another_system_are_not_ours(log: SqliteEventLog) -> None:
    """An engine may serve several systems; this log knows neither their trials nor workers."""
    foreign = container(1, trial_id="t9", worker_id="w9")
    report = Looks([*RUNNING, foreign]).check(log)
    assert report.findings == ()
    assert report.counts.containers == 2
