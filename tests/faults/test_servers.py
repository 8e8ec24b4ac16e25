"""The broker, the database, and the supervisors away for longer than a lease lasts.

None of it is a worker's fault, so no lease may end because of it: what runs goes on, and what ended
meanwhile is handed over later.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest
from tests.faults.checked import assert_sound
from tests.faults.system import Shape, System, own_servers
from tests.faults.targets import lasting
from tests.faults.witness import Witness

from hyperdock_common.events import AttemptLost, JobStarted, WorkerLost

pytestmark = [pytest.mark.docker, pytest.mark.slow]

SHAPE = Shape(workers=2, lost_after=8, heartbeat=1)
AWAY = 10.0


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory,
    example_images: None,  # noqa: ARG001 - they must be there
) -> Iterator[System]:
    """A system with servers of its own."""
    folder = tmp_path_factory.mktemp("servers")
    with ExitStack() as stack:
        broker, database = stack.enter_context(own_servers(folder))
        yield stack.enter_context(System(folder, SHAPE, broker, database))


def begun(system: System) -> str:
    """A trial of three jobs that all run by now: two end while something is away, one later."""
    trial_id = system.submit(**lasting(3, 6, 14))
    names = {f"{trial_id}.{number}" for number in (1, 2, 3)}
    deadline = time.monotonic() + 30
    while not names <= {each.job_id for each in system.said(JobStarted)}:
        assert time.monotonic() < deadline, "the jobs did not begin"
        time.sleep(0.1)
    return trial_id


def assert_unharmed(system: System, trial_id: str, witness: Witness) -> None:
    """Asserts that every first attempt made it, and nobody was given up."""
    assert system.ended(trial_id)["jobs"]["succeeded"] == 3
    assert [each for each in system.said(AttemptLost) if each.trial_id == trial_id] == []
    assert system.said(WorkerLost) == []
    assert_sound(system, witness, trial_id)


@pytest.mark.parametrize("away", [("broker",), ("database",), ("broker", "database")])
def test_no_lease_ends_because_a_server_was_killed(
    system: System, witness: Witness, away: Sequence[str]
) -> None:
    """DESIGN §6, 1 and 2: kill -9 of the servers; they are back after more than the lease time."""
    trial_id = begun(system)
    servers = [getattr(system, each) for each in away]
    for server in servers:
        server.kill()
    time.sleep(AWAY)
    for server in servers:
        server.start()
    assert_unharmed(system, trial_id, witness)


@pytest.mark.parametrize("frozen", ["broker", "database"])
def test_no_lease_ends_because_a_server_hung(system: System, witness: Witness, frozen: str) -> None:
    """A server that keeps its connections and answers nothing is as good as away."""
    trial_id = begun(system)
    server = getattr(system, frozen)
    server.pause()
    time.sleep(AWAY)
    server.resume()
    assert_unharmed(system, trial_id, witness)


def test_no_lease_ends_because_the_broker_takes_nothing(system: System, witness: Witness) -> None:
    """A memory alarm: publishers are blocked, and the silence of workers means nothing."""
    trial_id = begun(system)
    system.broker.control("set_vm_memory_high_watermark", "0")
    time.sleep(AWAY)
    system.broker.control("set_vm_memory_high_watermark", "0.4")
    assert_unharmed(system, trial_id, witness)


def test_no_lease_ends_because_the_supervisors_were_away(system: System, witness: Witness) -> None:
    """Whoever takes charge again gives every lease its full time anew."""
    trial_id = begun(system)
    for supervisor in system.supervisors:
        supervisor.kill()
    time.sleep(AWAY)
    for supervisor in system.supervisors:
        supervisor.start()
    assert_unharmed(system, trial_id, witness)
