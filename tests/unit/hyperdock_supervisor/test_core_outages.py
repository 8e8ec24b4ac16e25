"""The single writer in trouble: a second one, stores that are away, and what a crash left."""

import threading
from collections.abc import Iterator, Sequence

import pytest
from tests.unit.hyperdock_supervisor.house import AckedBus, House, Killed, house
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    heartbeat,
    registered,
    submitted,
)

from hyperdock_common.errors import BusUnavailable, Conflict, StorageUnavailable
from hyperdock_common.events import (
    Envelope,
    JobProposed,
    RecordedEvent,
    TrialFinished,
    TrialSubmitted,
)
from hyperdock_common.projections import PROJECTIONS, project
from hyperdock_common.testing.builders import envelope, envelopes, proposed
from hyperdock_supervisor import decided

AWAY = StorageUnavailable("the disk is full")
FOLDED = [each.schema for each in PROJECTIONS]
BROKEN = TrialSubmitted(trial_id="broken", spec={"name": "broken"})


@pytest.fixture
def world() -> Iterator[House]:
    """An empty house."""
    with house() as made:
        yield made


def offered(world: House) -> list[tuple[str, int]]:
    """The offers that are out; takes them."""
    return [(offer.job_id, offer.attempt) for offer in world.take_offers()]


# --- two writers --------------------------------------------------------------------------------


def test_a_supervisor_that_lost_its_place_steps_down(world: House) -> None:
    """Invariant 4: it cannot append, acks nothing, and says so."""
    world.step(registered(slots=1), submitted())
    other_bus = AckedBus()
    other = world.new_supervisor("other", other_bus)
    other.recover()
    world.step(claimed("t.1"))
    bus, world.bus = world.bus, other_bus
    world.post(submitted("late"))
    with pytest.raises(Conflict) as caught:
        other.step(0)
    assert (caught.value.expected, caught.value.actual) == (3, 4)
    assert other_bus.acked == []
    assert other_bus.relayed == []
    world.bus = bus
    assert world.step(finished("t.1"))[0] == finished("t.1")
    assert world.views_that_lie() == []


def test_two_supervisors_that_decide_the_same_are_still_two(world: House) -> None:
    """Invariant 4: the ids of what they decide are the same, and yet only one goes on."""
    world.step(registered(slots=1), submitted(budget={"wall_time": 10, "jobs": 5}))
    world.step(claimed("t.1"))
    other = world.new_supervisor("other", AckedBus())
    other.recover()
    world.wall.advance(11)
    assert len(world.step()) == 2
    with pytest.raises(Conflict):
        other.step(0)


def test_writer_that_lost_its_place_begins_anew(world: House) -> None:
    """Invariant 4: nothing is decided on an old head; what came in is dealt with on the new one."""

    class Meddler(threading.Event):
        looks = 0

        def is_set(self) -> bool:
            self.looks += 1
            if self.looks == 2:  # it has recovered and made its first step
                world.log.append(0, [envelope(submitted("stolen"))])
                world.post(submitted("mine"))
            return self.looks > 5

    world.supervisor.run(Meddler())
    assert world.history() == [submitted("stolen"), submitted("mine")]
    assert len(world.bus.acked) == 1
    assert world.views_that_lie() == []


# --- outages ------------------------------------------------------------------------------------


class StopAfter(threading.Event):
    """Is set when it was looked at so many times."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._looks = looks

    def is_set(self) -> bool:
        """One more look."""
        self._looks -= 1
        return self._looks < 0 or super().is_set()


def test_running_goes_on_until_it_is_stopped(world: House) -> None:
    """Also when it is told so before it begins."""
    world.post(submitted())
    world.supervisor.run(StopAfter(3))
    assert world.history() == [submitted()]
    stop = threading.Event()
    stop.set()
    world.post(submitted("late"))
    world.supervisor.run(stop)
    assert world.history() == [submitted()]


@pytest.mark.parametrize("point", range(64))
def test_an_outage_at_any_point_is_gone_through(world: House, point: int) -> None:
    """Invariants 3 and 5: everything is recorded once, shown and acked; the problem is told."""
    seen: list[str | None] = []

    class Stop(StopAfter):
        def wait(self, timeout: float | None = None) -> bool:
            seen.append(world.supervisor.problem)
            return super().wait(timeout)

    sent = world.post(registered(slots=1), submitted(), heartbeat("w"))
    world.fuse.set(point, AWAY)
    world.supervisor.run(Stop(4))
    assert seen == [str(AWAY)]
    assert world.supervisor.problem is None
    assert [type(event).__name__ for event in world.history()] == [
        "WorkerRegistered",
        "TrialSubmitted",
        "JobProposed",
    ]
    assert sorted(world.bus.acked) == sorted(each.event_id for each in sent)
    assert world.views_that_lie() == []
    assert offered(world) == [("t.1", 1)]


@pytest.mark.parametrize("point", ["append?", "append"])
def test_an_outage_does_not_change_a_commit(world: House, point: str) -> None:
    """It is appended as it was decided, and whether it had been is found out."""
    world.post(submitted())
    world.fuse.set(point, AWAY)
    world.supervisor.step(0)
    assert world.history() == [submitted()]
    assert world.bus.relayed == [1]
    assert world.views_that_lie() == []


def test_a_stop_ends_an_outage(world: House) -> None:
    """What was not recorded is not acked: whoever published it knows that it is not."""
    world.post(submitted())
    world.log.close()
    stop = StopAfter(2)
    world.supervisor.run(stop)
    assert world.bus.acked == []
    assert "closed" in str(world.supervisor.problem)


# --- recovery -----------------------------------------------------------------------------------


def test_poison_that_cannot_be_set_aside_now_waits(world: House) -> None:
    """Invariant 7: it is neither lost nor in the way of anything for long."""
    world.post(BROKEN)
    world.fuse.set("set_aside?", BusUnavailable("away"))
    world.supervisor.run(StopAfter(4))
    assert len(world.bus.list_set_aside()) == 1
    assert world.step(submitted()) == [submitted()]


def test_large_events_are_several_commits() -> None:
    """However large a trial's parameters are, no log is given too much at once."""
    facts = envelopes(proposed(n, params={"x": "x" * 3_000_000}) for n in range(3))
    facts += envelopes(proposed(n) for n in range(5))
    assert [len(part) for part in decided.in_commits(facts)] == [1, 1, 6]
    assert list(decided.in_commits([])) == []


@pytest.mark.parametrize("killed_after", [1, 2, 3])
def test_long_commit_is_several(
    world: House, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    """What a crash between them leaves out follows again, and is recorded once."""
    monkeypatch.setattr(decided, "_MOST_EVENTS", 2)
    world.post(registered(slots=5), submitted(parallelism=5))
    appends = iter(range(1, 100))
    real = world.log.append

    def append(expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        records = real(expected, batch)
        if next(appends) == killed_after:
            raise Killed
        return records

    monkeypatch.setattr(world.log, "append", append)
    with pytest.raises(Killed):
        world.step()
    world.restart()
    world.supervisor.recover()
    world.step()
    jobs = [each.number for each in world.history() if isinstance(each, JobProposed)]
    assert jobs == [1, 2, 3, 4, 5]
    assert world.views_that_lie() == []


def test_views_that_were_left_behind_are_caught_up(world: House) -> None:
    """Invariant 5: a crash between the log and the views."""
    world.post(registered(), submitted())
    world.fuse.set("save?", Killed())
    with pytest.raises(Killed):
        world.supervisor.step(0)
    world.restart()
    head = world.log.head()
    assert {world.views.position(schema.name) for schema in FOLDED} == {head}
    assert world.views_that_lie() == []


def test_rebuilding_changes_nothing(world: House) -> None:
    """Invariant 5: whoever clears the views gets them back as they were."""
    world.step(registered(slots=2), submitted(budget={"jobs": 2}))
    world.step(claimed("t.1"), claimed("t.2"), finished("t.1", 0.5), finished("t.2", 0.2))
    before = {name: world.views.page(name, sort="trial_id") for name in ("trials", "jobs")}
    for schema in FOLDED:
        world.views.clear(schema.name)
    world.restart()
    after = {name: world.views.page(name, sort="trial_id") for name in ("trials", "jobs")}
    assert after == before
    assert isinstance(world.history()[-1], TrialFinished)


# --- views that are switched --------------------------------------------------------------------


def test_a_view_that_was_switched_is_folded_on(world: House) -> None:
    """Invariant 5: it is level with the log after the next step, though nothing happens."""
    world.step(registered(slots=1), submitted())
    for name in [each.name for each in FOLDED]:
        records = list(world.log.read(0, 1))
        world.views.clear(name)
        for projection in PROJECTIONS:
            if projection.schema.name == name:
                project(projection, world.views.generations.beside([name]), records)
        assert world.views.generations.switch(name)
    world.step()
    assert {world.views.position(each.name) for each in FOLDED} == {world.log.head()}
    assert world.views_that_lie() == []
