"""Two supervisors at one inbox: who is in charge decides, the other one stands by."""

import threading
from collections.abc import Callable, Iterator
from unittest.mock import ANY

import pytest
from tests.unit.hyperdock_supervisor.house import AckedBus, House, house
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    heartbeat,
    registered,
    submitted,
)

from hyperdock_common.events import AttemptLost, WorkerLost
from hyperdock_common.ports import Standing
from hyperdock_common.testing.builders import envelope
from hyperdock_supervisor.recorded import Recorded


@pytest.fixture
def world() -> Iterator[House]:
    """An empty house."""
    with house() as made:
        yield made


class Turns(threading.Event):
    """Lets a loop turn so many times, with something done before each turn."""

    def __init__(self, *before: Callable[[], object]) -> None:
        super().__init__()
        self._before = list(before)

    def is_set(self) -> bool:
        """One more turn."""
        if not self._before:
            return True
        self._before.pop(0)()
        return False


def nothing() -> None:
    """Lets a turn pass."""


def test_supervisor_that_stands_by_does_nothing(world: House) -> None:
    """Invariant 4: it neither receives nor decides, however much time passes."""
    world.step(registered(slots=1), submitted(budget={"wall_time": 10, "jobs": 5}))
    world.step(claimed("t.1"))
    before = world.history()
    world.bus.stands = Standing.STANDBY
    world.post(submitted("late"))
    world.wall.advance(1000)
    world.monotonic.advance(1000)
    world.supervisor.run(Turns(nothing, nothing, nothing))
    assert world.history() == before
    assert world.supervisor.standing is Standing.STANDBY


def test_supervisor_that_is_put_in_charge_goes_on_where_the_other_was(world: House) -> None:
    """Invariant 4: it rebuilds from the log what the other one had decided meanwhile."""
    other_bus = AckedBus()
    other_bus.stands = Standing.STANDBY
    other = world.new_supervisor("other", other_bus)
    other.run(Turns(nothing))
    world.step(registered(slots=1), submitted())
    world.step(claimed("t.1"))

    def take_over() -> None:
        other_bus.stands = Standing.IN_CHARGE

    other.run(Turns(take_over, lambda: _post(other_bus, world), nothing))
    assert finished("t.1") in world.history()
    assert world.views_that_lie() == []


def _post(bus: AckedBus, world: House) -> None:
    kept, world.bus = world.bus, bus
    world.post(finished("t.1"))
    world.bus = kept


def test_silence_means_nothing_while_nobody_can_get_through(world: House) -> None:
    """No lease ends because the broker refuses what workers say, however long it does."""
    world.step(registered(slots=1), submitted())
    world.step(claimed("t.1"))
    world.bus.stands = Standing.DEAF

    def a_second() -> None:
        world.monotonic.advance(1.0)

    world.supervisor.run(Turns(*[a_second] * 100))
    assert [each for each in world.history() if isinstance(each, (WorkerLost, AttemptLost))] == []
    world.bus.stands = Standing.IN_CHARGE
    world.supervisor.run(Turns(*[a_second] * 58))
    assert [each for each in world.history() if isinstance(each, (WorkerLost, AttemptLost))] == []
    world.supervisor.run(Turns(*[a_second] * 10))
    assert WorkerLost(worker_id="w", reason=ANY) in world.history()


def test_what_comes_in_while_nobody_can_get_through_is_dealt_with(world: House) -> None:
    """A broker that refuses new events still hands out those that it has."""
    world.step(registered(slots=1), submitted())
    world.bus.stands = Standing.DEAF
    world.post(claimed("t.1"))
    world.supervisor.run(Turns(nothing))
    assert world.history()[-1] == claimed("t.1")


def test_short_absence_of_the_bus_costs_no_rebuild(world: House) -> None:
    """A supervisor whose log nobody else has written to goes on with what it knows."""
    world.step(registered(slots=1), submitted())
    world.bus.stands = Standing.STANDBY
    world.supervisor.run(Turns(nothing))
    world.bus.stands = Standing.IN_CHARGE
    built = world.workshop.made
    world.take_offers()
    world.supervisor.run(Turns(nothing))
    assert world.workshop.made == built
    assert len(world.take_offers()) == 1


def test_worker_that_begins_makes_waiting_jobs_be_offered_again(world: House) -> None:
    """It may have taken an offer before it died: nobody would see that one for half a minute."""
    world.step(registered(slots=1), submitted())
    assert len(world.take_offers()) == 1
    world.step(heartbeat("w"))
    assert world.take_offers() == []
    world.step(registered(slots=1))
    assert len(world.take_offers()) == 1


def test_old_event_that_comes_again_is_recorded_once(world: House) -> None:
    """Invariant 3: also one that is older than what the supervisor remembers."""
    world.supervisor._recorded = Recorded(capacity=1)
    (old,) = world.post(registered(slots=1))
    world.step()
    world.step(submitted())
    world.post(old, envelope(heartbeat("w")))
    world.post(claimed("t.1"))
    world.supervisor.run(Turns(nothing, nothing))
    ids = [record.envelope.event_id for record in world.log.read(0)]
    assert len(ids) == len(set(ids))
    assert world.history()[-1] == claimed("t.1")
    assert old.event_id in world.bus.acked
