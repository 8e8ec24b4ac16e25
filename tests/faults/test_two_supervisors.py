"""Two supervisors at once: one writes, the other stands by, and neither can do harm (rule 4)."""

import pytest
from tests.faults.checked import assert_sound
from tests.faults.conftest import MakeSystem
from tests.faults.in_charge import (
    losses,
    notice_soon,
    standing,
    wait_until_it_stands_by,
    wait_until_it_writes,
    writers,
)
from tests.faults.system import Shape, wait_for
from tests.faults.targets import quick
from tests.faults.witness import Witness

pytestmark = [pytest.mark.docker, pytest.mark.slow]

SHAPE = Shape(supervisors=2, workers=1, gateways=1, slots=2)


def test_the_other_takes_over_from_a_killed_one(make_system: MakeSystem, witness: Witness) -> None:
    """DESIGN §6, 4: one writes; when it is killed the other does, at once and without a break."""
    with make_system(SHAPE) as system:
        first, second = system.supervisors
        trial_id = system.submit(**quick(40, parallelism=2))
        wait_until_it_writes(system, first)
        assert standing(second) == "standby"
        first.kill()
        wait_until_it_writes(system, second, patience=5)
        first.start()
        assert system.ended(trial_id)["jobs"]["succeeded"] == 40
        report = assert_sound(system, witness, trial_id)

    assert report.counts.takeovers == 1
    assert report.counts.attempts_lost == 0


def test_a_frozen_writer_that_wakes_up_does_no_harm(
    make_system: MakeSystem, witness: Witness
) -> None:
    """DESIGN §6, 4: frozen before it appends, it finds the log moved on, and only stands by."""
    system = make_system(SHAPE)
    first, second = system.supervisors
    first.tripwires = ["append:before:12:STOP"]
    notice_soon(system, first)
    with system:
        trial_id = system.submit(**quick(60, parallelism=2))
        wait_for(lambda: first.is_paused, 30, "the writer to freeze")
        before = losses(first)
        wait_until_it_writes(system, second)
        first.resume()
        wait_until_it_stands_by(first, before)
        second.kill()
        wait_until_it_writes(system, first)
        second.start()
        assert system.ended(trial_id)["jobs"]["succeeded"] == 60
        report = assert_sound(system, witness, trial_id)
        assert set(writers(system)) == {"supervisor-1", "supervisor-2"}

    assert report.counts.takeovers == 2
    assert report.counts.attempts_lost == 0
