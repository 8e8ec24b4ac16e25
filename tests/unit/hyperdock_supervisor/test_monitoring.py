"""The supervisor's numbers, after what it did on real stores."""

import threading
import time
from collections.abc import Iterator

import pytest
from tests.unit.hyperdock_supervisor.desk import SILENCE
from tests.unit.hyperdock_supervisor.house import PACE, House, house
from tests.unit.hyperdock_supervisor.words import claimed, finished, lost, registered, submitted

from hyperdock_common.events import TrialSubmitted
from hyperdock_common.ports import Standing
from hyperdock_common.service.metrics import Metrics, exposition
from hyperdock_supervisor.core import Stores, Supervisor
from hyperdock_supervisor.decided import Clocks
from hyperdock_supervisor.decider import Decider
from hyperdock_supervisor.monitoring import MeteredDecider, SupervisorMonitoring


class Watched:
    """A house whose supervisor is watched."""

    def __init__(self, world: House) -> None:
        self.world = world
        self._metrics = Metrics("supervisor", "1")
        self.monitoring = SupervisorMonitoring(self._metrics)
        clocks = Clocks(wall=world.wall, monotonic=world.monotonic)

        def decider() -> Decider:
            return MeteredDecider(
                self.monitoring,
                world.workshop,
                clocks,
                producer="supervisor",
                silence=SILENCE,
                versions={},
            )

        views = self.monitoring.views(world.views)
        stores = Stores(log=world.log, bus=world.bus, views=views)
        world.supervisor = Supervisor(self.monitoring.metered(stores), decider, clocks, PACE)
        world.supervisor.recover()

    def __getitem__(self, name: str) -> float:
        """A number, with its labels as Prometheus writes them."""
        lines = exposition(self._metrics)().body.decode().splitlines()
        (value,) = [
            line.split()[1] for line in lines if line.startswith(f"hyperdock_supervisor_{name} ")
        ]
        return float(value)


@pytest.fixture
def watched() -> Iterator[Watched]:
    """A house whose supervisor is watched."""
    with house() as world:
        yield Watched(world)


def test_facts_and_commits_are_counted(watched: Watched) -> None:
    """By their types, without a version; the position is the log's."""
    watched.world.step(registered(slots=2), submitted())
    watched.world.step(claimed("t.1"), claimed("t.2"))
    assert watched['events_recorded_total{type="job.proposed"}'] == 2
    assert watched['events_recorded_total{type="job.claimed"}'] == 2
    assert watched["log_position"] == watched.world.log.head()
    assert watched["view_lag_events"] == 0
    assert watched["commit_seconds_count"] == 2
    assert watched["decide_seconds_count"] == 2
    assert (watched["inbox_batch_size_count"], watched["inbox_batch_size_sum"]) == (2, 4)


def test_what_is_open_waits_and_is_held_is_counted(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is after each decision, where they are a second apart."""
    monkeypatch.setattr("hyperdock_supervisor.monitoring._COUNT_EVERY", 0.0)
    watched.world.step(registered(slots=2), submitted())
    assert (watched["open_trials"], watched["waiting_jobs"], watched["leases"]) == (1, 2, 0)
    watched.world.step(claimed("t.1"))
    assert (watched["waiting_jobs"], watched["leases"]) == (1, 1)
    watched.world.step(lost("t.1"))
    assert (watched["leases"], watched["attempts_lost_total"]) == (0, 1)
    watched.world.step(claimed("t.2"), finished("t.2", 0.5))
    assert watched['events_recorded_total{type="job.finished"}'] == 1


def test_poison_is_counted_and_what_lies_aside_is_known(watched: Watched) -> None:
    """Since this process began, and all that is there."""
    watched.world.post(TrialSubmitted(trial_id="broken", spec={"name": "broken"}))
    watched.world.supervisor.step(0)
    assert watched["set_aside_total"] == 1
    stop = threading.Event()
    thread = threading.Thread(
        target=watched.monitoring.watch_set_aside, args=(watched.world.bus, stop)
    )
    thread.start()
    give_up = time.monotonic() + 20
    while watched["set_aside_messages"] != 1:
        assert time.monotonic() < give_up
        time.sleep(0.01)
    stop.set()
    thread.join()


def test_it_is_known_who_is_in_charge(watched: Watched) -> None:
    """A supervisor that stands by is not; one that hears nobody is."""
    stop = threading.Event()
    for standing, expected in ((Standing.DEAF, 1), (Standing.STANDBY, 0), (Standing.IN_CHARGE, 1)):
        watched.world.bus.stands = standing
        watched.world.supervisor._turn(stop, ready=True)
        assert watched["in_charge"] == expected


def test_views_that_are_not_written_lag(watched: Watched) -> None:
    """The slowest of them counts."""
    watched.world.step(registered(), submitted())
    watched.monitoring.positions["trials"] = 1
    assert watched["view_lag_events"] == watched.world.log.head() - 1
