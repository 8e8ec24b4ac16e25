"""The network between a worker and the servers is cut: for long, for a moment, in one direction."""

import time
from collections.abc import Iterator

import pytest
from tests.conftest import missing
from tests.faults.checked import assert_sound, target_containers
from tests.faults.conftest import MakeSystem
from tests.faults.network import Host, can_isolate
from tests.faults.system import Shape, System, wait_for
from tests.faults.targets import lasting
from tests.faults.witness import Witness

from hyperdock_common.events import AttemptLost, JobFinished, JobStarted

pytestmark = [pytest.mark.docker, pytest.mark.slow]

SHAPE = Shape(supervisors=1, workers=2, slots=1, lost_after=8, heartbeat=1)


@pytest.fixture
def host() -> Iterator[Host]:
    """A host of its own."""
    if not can_isolate():
        missing("no rights, or no `ip`, to make network namespaces")
    with Host() as found:
        yield found


def begun(system: System, host: Host, seconds: float) -> str:
    """A trial whose one job runs on the far worker by now; the near one is gone."""
    far, near = system.workers
    direct = "?directConnection=true"  # or it asks the server where it is, which is not there
    urls = {
        "HYPERDOCK_MONGODB": (system.database.port, system.database.url_of(system.name) + direct),
        "HYPERDOCK_RABBITMQ": (system.broker.port, far.environ["HYPERDOCK_RABBITMQ"]),
    }
    for name, (port, url) in urls.items():
        way = host.forward(port)
        there = url.replace(f"127.0.0.1:{port}", f"{host.here}:{way.port}")
        far.environ = {**far.environ, name: there}
    far.within = host.within
    system.start()
    near.kill()
    trial_id = system.submit(**lasting(seconds))
    wait_for(lambda: system.said(JobStarted), 30, "the job to begin")
    return trial_id


def is_running(trial_id: str) -> bool:
    """Whether a container of the trial does."""
    return any(each.runs for each in target_containers() if each.trial_id == trial_id)


def test_a_job_that_was_cut_off_for_too_long_ends_elsewhere(
    make_system: MakeSystem, witness: Witness, host: Host
) -> None:
    """DESIGN §6, 1 and 2: offered again after the lease; its container goes on, its result is late.

    The other worker's attempt decides the job. When the link is back, the first one is dropped.
    """
    system = make_system(SHAPE)
    trial_id = begun(system, host, 12)
    host.cut()
    wait_for(lambda: system.said(AttemptLost), 30, "the loss of the lease")
    assert is_running(trial_id), "a worker that is cut off must let its container go on"
    system.workers[1].start()
    assert system.ended(trial_id)["jobs"]["succeeded"] == 1
    host.mend()
    wait_for(lambda: len(system.alive_workers()) == 2, 60, "both workers")
    assert_sound(system, witness, trial_id)
    (ended,) = system.said(JobFinished)
    assert ended.attempt == 2


@pytest.mark.parametrize("there", [True, False], ids=["there", "back"])
def test_what_one_direction_held_up_for_too_long_still_counts(
    make_system: MakeSystem, witness: Witness, host: Host, *, there: bool
) -> None:
    """The lease is lost and nobody else could help: the late result ends the job, once."""
    system = make_system(SHAPE)
    trial_id = begun(system, host, 6)
    host.stop_one_way(there=there)
    wait_for(lambda: system.said(AttemptLost), 40, "the loss of the lease")
    host.let_through()
    assert system.ended(trial_id)["jobs"]["succeeded"] == 1
    report = assert_sound(system, witness, trial_id)

    assert report.counts.late_results == 1


def test_a_short_cut_costs_nothing(make_system: MakeSystem, witness: Witness, host: Host) -> None:
    """Shorter than the lease: the attempt goes on, and its result arrives."""
    system = make_system(SHAPE)
    trial_id = begun(system, host, 5)
    host.cut()
    time.sleep(3)
    host.mend()
    assert system.ended(trial_id)["jobs"]["succeeded"] == 1
    assert system.said(AttemptLost) == []
    assert_sound(system, witness, trial_id)
