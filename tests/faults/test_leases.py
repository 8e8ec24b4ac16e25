"""Workers that die, freeze, come back or do not: whose attempts go on, and whose begin anew."""

import time

import pytest
from tests.faults.checked import assert_sound, target_containers
from tests.faults.conftest import MakeSystem
from tests.faults.system import Shape, System, wait_for
from tests.faults.targets import lasting
from tests.faults.witness import Witness

from hyperdock_common.events import AttemptLost, JobClaimed, JobFinished, JobStarted
from hyperdock_supervisor.command import supervisor as command
from hyperdock_supervisor.domain.leases import Silence

pytestmark = [pytest.mark.docker, pytest.mark.slow]

LEASE = 6.0
SHORT = Shape(supervisors=1, workers=2, slots=1, lost_after=LEASE, heartbeat=1)


def begun(system: System, *seconds: float) -> str:
    """A trial whose jobs run on the first worker by now; the second one takes none of them."""
    _, spare = system.workers
    spare.kill()
    trial_id = system.submit(**lasting(*seconds))
    wait_for(lambda: len(system.said(JobStarted)) >= 1, 30, "the job to begin")
    return trial_id


def lost_in(system: System, since: float) -> float:
    """The seconds from then on until the attempt was given up."""
    wait_for(lambda: system.said(AttemptLost), 3 * LEASE, "the loss of the lease")
    return time.monotonic() - since


def test_the_lease_time_is_at_most_a_minute() -> None:
    """The default of the command, and of what it sets."""
    (option,) = [each for each in command.params if each.name == "lost_after"]
    assert option.default == Silence().lost_after == 60


def test_a_worker_that_is_back_in_ten_seconds_goes_on_with_its_containers(
    make_system: MakeSystem, witness: Witness
) -> None:
    """Kill -9, ten seconds, a new process: the same containers, and no attempt is lost."""
    with make_system(Shape(supervisors=1, workers=1, lost_after=60)) as system:
        (worker,) = system.workers
        trial_id = system.submit(**lasting(5, 16))
        wait_for(lambda: len(system.said(JobStarted)) == 2, 30, "the jobs to begin")
        before = {each.id for each in target_containers() if each.trial_id == trial_id}
        worker.kill()
        time.sleep(10)
        worker.start()
        wait_for(lambda: worker.said("attempts_adopted")[1:], 30, "the adoption")
        after = {each.id for each in target_containers() if each.trial_id == trial_id}
        assert after <= before
        assert after, "the one that ran on was removed"
        assert system.ended(trial_id)["jobs"]["succeeded"] == 2
        report = assert_sound(system, witness, trial_id)

    assert report.counts.adopted == 2
    assert report.counts.attempts_lost == 0


def test_the_jobs_of_a_worker_that_never_returns_are_done_by_another(
    make_system: MakeSystem, witness: Witness
) -> None:
    """Within the lease time and little more its job is offered again, and ends once, elsewhere."""
    with make_system(SHORT) as system:
        trial_id = begun(system, 8)
        dead, other = system.workers
        other.start()
        dead.kill()
        since = time.monotonic()
        assert LEASE - 2 < lost_in(system, since) < LEASE + 4
        assert system.ended(trial_id)["jobs"]["succeeded"] == 1
        (ended,) = system.said(JobFinished)
        assert ended.attempt == 2
        dead.start()  # it tidies up what it had left behind
        assert_sound(system, witness, trial_id)


def test_a_worker_that_was_frozen_for_too_long_drops_what_it_lost(
    make_system: MakeSystem, witness: Witness
) -> None:
    """Its job has been done elsewhere when it wakes up: nothing of its own is told or left."""
    with make_system(SHORT) as system:
        trial_id = begun(system, 4)
        frozen, other = system.workers
        other.start()
        frozen.pause()
        assert system.ended(trial_id)["jobs"]["succeeded"] == 1
        frozen.resume()
        assert [each.attempt for each in system.said(JobClaimed)] == [1, 2]
        wait_for(lambda: len(system.alive_workers()) == 2, 30, "both workers")
        assert_sound(system, witness, trial_id)


def test_a_frozen_workers_result_counts_where_nobody_else_could_help(
    make_system: MakeSystem, witness: Witness
) -> None:
    """Its lease is lost and no other worker is there: its late result ends the job, once."""
    with make_system(SHORT) as system:
        trial_id = begun(system, 4)
        frozen, _ = system.workers
        frozen.pause()
        lost_in(system, time.monotonic())
        frozen.resume()
        assert system.ended(trial_id)["jobs"]["succeeded"] == 1
        report = assert_sound(system, witness, trial_id)

    assert report.counts.late_results == 1
    assert report.counts.claims == 1
