"""Finding a system, or starting one."""

from pathlib import Path

import pytest

from hyperdock_cli.faults import Fault
from hyperdock_cli.launch import Launch
from hyperdock_cli.system import System
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_common.errors import StateFolderInUse

LAUNCH = Launch(state=Path("/state"), slots=3)


def make(outside: FakeOutside, url: str | None = None) -> tuple[System, list[str]]:
    """A system and what was said about it."""
    said: list[str] = []
    return System(outside.outside, LAUNCH, url, said.append), said


def test_a_named_gateway_is_used() -> None:
    """Nothing is started, nothing is looked for."""
    outside = FakeOutside(FakeGateway())
    system, said = make(outside, "http://elsewhere:1")
    assert system.here is None
    assert outside.launches == []
    assert said == []


def test_a_running_system_is_joined() -> None:
    """The `up` of the state folder does the work."""
    outside = FakeOutside(FakeGateway(), running=True)
    system, _ = make(outside)
    assert system.here is None
    assert system.problems() == []
    system.close()
    assert outside.system.stopped == 0


def test_where_nothing_runs_it_is_started_here() -> None:
    """And stopped when it is let go of."""
    outside = FakeOutside(FakeGateway())
    system, said = make(outside)
    assert outside.launches == [LAUNCH]
    assert said == ["starting on state folder /state …"]
    system.close()
    assert outside.system.stopped == 1


def test_a_system_that_just_begins_elsewhere_is_joined() -> None:
    """Two runs that start together share one system."""
    outside = FakeOutside(gateway := FakeGateway())
    outside.refusals = [StateFolderInUse("/state", "process 7")]

    def begins() -> None:
        outside.running = True

    gateway.on_pause = begins
    system, said = make(outside)
    assert system.here is None
    assert len(said) == 1


def test_a_system_that_just_ends_is_waited_out() -> None:
    """Its state folder is still held while its gateway is away already: then start here."""
    outside = FakeOutside(gateway := FakeGateway(), running=True)
    gateway.down = 99
    outside.refusals = [StateFolderInUse("/state", "process 7")]

    def ends() -> None:
        outside.running = False

    gateway.on_pause = ends
    system, _ = make(outside)
    assert system.here is outside.system


def test_a_holder_that_never_answers_is_named() -> None:
    """The message says who holds the folder and what can be done."""
    outside = FakeOutside(FakeGateway())
    outside.refusals = [StateFolderInUse("/state", "process 7")] * 99
    with pytest.raises(Fault, match=r"/state is in use by process 7") as caught:
        make(outside)
    assert "--state" in caught.value.remedy
    assert caught.value.code == 2


def test_a_named_gateway_is_never_replaced() -> None:
    """Losing it is no reason to start another one here."""
    outside = FakeOutside(FakeGateway())
    system, _ = make(outside, "http://elsewhere:1")
    system.recover()
    assert outside.launches == []
