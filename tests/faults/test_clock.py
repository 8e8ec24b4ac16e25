"""The wall clock jumps: leases and timeouts must not depend on what time of day it is."""

import shutil
import time
from pathlib import Path

import pytest
from tests.conftest import missing
from tests.faults.checked import assert_sound
from tests.faults.clock import WallClock
from tests.faults.conftest import MakeSystem
from tests.faults.processes import Service
from tests.faults.system import Shape, System, wait_for
from tests.faults.targets import lasting
from tests.faults.witness import Witness

from hyperdock_common.events import AttemptLost, Failed, JobFinished, JobStarted, WorkerLost

pytestmark = [pytest.mark.docker, pytest.mark.slow]

HOUR = 3600


def clock_of(service: Service, folder: Path) -> WallClock:
    """Gives a service that was not started yet a clock of its own."""
    if shutil.which("gcc") is None:
        missing("no C compiler")
    clock = WallClock(folder)
    service.environ = {**service.environ, **clock.environ}
    return clock


def has_begun(system: System, count: int) -> bool:
    """Whether so many jobs have started."""
    return len(system.said(JobStarted)) >= count


@pytest.mark.parametrize("kind", ["worker", "supervisor"])
def test_a_clock_that_jumps_ends_no_lease_and_no_job(
    make_system: MakeSystem, witness: Witness, tmp_path: Path, kind: str
) -> None:
    """DESIGN §6, 1: an hour ahead, then an hour back: every first attempt makes it."""
    system = make_system(Shape(supervisors=1, workers=1, lost_after=6, heartbeat=1))
    victim = next(each for each in system.services if each.kind == kind)
    clock = clock_of(victim, tmp_path)
    with system:
        trial_id = system.submit(**lasting(6, 7, 1, 2, parallelism=2, timeout=60))
        wait_for(lambda: has_begun(system, 2), 30, "the first jobs to begin")
        clock.jump(HOUR)
        time.sleep(3)
        clock.jump(-HOUR)
        assert system.ended(trial_id)["jobs"]["succeeded"] == 4
        ends = [each.outcome for each in system.said(JobFinished)]
        times = [each.recorded_at for each in system.records()]
        assert not [each for each in ends if isinstance(each, Failed)]
        assert system.said(AttemptLost) == []
        assert system.said(WorkerLost) == []
        assert_sound(system, witness, trial_id)
        if kind == "supervisor":
            assert max(times) - min(times) > HOUR / 2, "its clock did not jump"
