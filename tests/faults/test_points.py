"""Killed and frozen at every point where something leaves or enters a service, before and after.

One system and one long trial for each kind of service. The victim trips one wire after the other;
that each was tripped is asserted, so a point that nobody comes by any more is a failure here.
"""

import httpx
import pytest
from tests.faults.checked import assert_sound
from tests.faults.conftest import MakeSystem
from tests.faults.in_charge import (
    losses,
    notice_soon,
    standing,
    wait_until_it_stands_by,
    wait_until_it_writes,
)
from tests.faults.processes import Service, thawed
from tests.faults.system import Shape, System, wait_for
from tests.faults.targets import quick
from tests.faults.tripwire import GATEWAY, SUPERVISOR, WORKER, wires
from tests.faults.witness import Witness

from hyperdock_common.events import TrialSubmitted

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(300)]

LONG = quick(2000, 0.2)


def end(system: System, trial_id: str, witness: Witness) -> None:
    """Stops the long trial and checks what came of it, and of all others."""
    for service in system.services:
        service.tripwires = ()
        service.start()
    wait_for(lambda: system.post(f"/trials/{trial_id}/stop"), 30, "the stop")
    for submitted in system.said(TrialSubmitted):
        system.ended(submitted.trial_id)
    assert system.trial(trial_id)["jobs"]["succeeded"] > 0
    assert_sound(system, witness, trial_id)


def wait_until_dead(victim: Service, wire: str) -> None:
    """Waits until a wire has killed it."""
    assert victim.wait_for_end(40) is not None, f"{victim.name} did not come by {wire}"
    assert victim.tripped()[-1:] == [wire]


def arm(victim: Service, *wired: str) -> None:
    """Starts it with these wires and no others."""
    victim.tripwires = wired
    victim.start()


def test_a_worker_may_die_at_any_point(make_system: MakeSystem, witness: Witness) -> None:
    """Kill -9 before and after each of a worker's points: no job is lost, none runs twice."""
    with make_system(Shape(supervisors=1, workers=2)) as system:
        trial_id = system.submit(**LONG)
        victim = system.workers[0]
        victim.kill()
        for wire in wires(WORKER, "KILL"):
            arm(victim, wire)
            wait_until_dead(victim, wire)
        end(system, trial_id, witness)


def test_a_worker_may_freeze_at_any_point(make_system: MakeSystem, witness: Witness) -> None:
    """SIGSTOP before and after each of a worker's points, and awake again: nothing is amiss."""
    system = make_system(Shape(supervisors=1, workers=2))
    victim = system.workers[0]
    victim.tripwires = wires(WORKER, "STOP", count=3)
    with thawed(victim), system:
        trial_id = system.submit(**LONG)
        expected = sorted(victim.tripwires)
        wait_for(lambda: sorted(victim.tripped()) == expected, 90, "all wires to be tripped")
        end(system, trial_id, witness)


def test_a_supervisor_may_die_at_any_point(make_system: MakeSystem, witness: Witness) -> None:
    """Kill -9 before and after each point of whichever is in charge: the other goes on."""
    with make_system(Shape(supervisors=2, workers=2)) as system:
        trial_id = system.submit(**LONG)
        victims = system.supervisors
        for victim in victims:
            victim.kill()
        left = wires(SUPERVISOR, "KILL", count=2)
        for victim, wire in zip(victims, left, strict=False):
            arm(victim, wire)
        for place, wire in enumerate(left):  # while one dies, the other stands by with the next
            victim = victims[place % 2]
            wait_until_dead(victim, wire)
            if place + 2 < len(left):
                arm(victim, left[place + 2])
        end(system, trial_id, witness)


def test_a_supervisor_may_freeze_at_any_point(make_system: MakeSystem, witness: Witness) -> None:
    """SIGSTOP at each point of the writer until the other has written: awake, it stands by."""
    system = make_system(Shape(supervisors=2, workers=2))
    victim, other = system.supervisors
    victim.tripwires = wires(SUPERVISOR, "STOP", count=0)
    notice_soon(system, victim)
    with system:
        trial_id = system.submit(**LONG)
        for place, wire in enumerate(victim.tripwires, 1):
            wait_for(lambda: standing(victim) == "in charge", 30, "the victim to be in charge")
            before = losses(victim)
            victim.open_wire()
            wait_for(lambda: victim.is_paused, 30, f"the victim to freeze at {wire}")
            assert len(victim.tripped()) == place
            wait_until_it_writes(system, other)
            victim.resume()
            wait_until_it_stands_by(victim, before)
            other.kill()
            other.start()
        assert victim.tripped() == victim.tripwires
        end(system, trial_id, witness)


def test_a_gateway_may_die_or_freeze_as_it_publishes(
    make_system: MakeSystem, witness: Witness
) -> None:
    """What was asked of it is recorded in full or not at all, and another one answers."""
    with make_system(Shape(supervisors=1, workers=1, gateways=2)) as system:
        trial_id = system.submit(**LONG)
        victim = system.gateways[0]
        for wire in [*wires(GATEWAY, "KILL"), *wires(GATEWAY, "STOP")]:
            victim.kill()
            arm(victim, wire)
            wait_for(lambda: httpx.get(system.url(1, "/workers")), 40, "the gateway")
            with thawed(victim):
                small = system.submit(**quick(2, name="small"))
            assert victim.tripped()[-1:] == [wire]
            system.ended(small)
        end(system, trial_id, witness)
