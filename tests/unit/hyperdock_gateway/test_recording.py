"""Publishing what belongs together, and knowing what became of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from tests.unit.hyperdock_gateway.world import World

from hyperdock_common.events import Envelope, TrialAnnotated, TrialPaused
from hyperdock_common.projections import PROJECTIONS, catch_up
from hyperdock_gateway.recording import publish_and_see
from hyperdock_gateway.services import Services

VIEWS = ("trials", "notes")


def publish(
    services: Services, *batch: Envelope, overtaken: Callable[[], bool] = lambda: False
) -> bool | None:
    """What became of a batch."""
    return asyncio.run(publish_and_see(services, batch, VIEWS, overtaken))


@pytest.fixture
def batch(world: World) -> list[Envelope]:
    """Two events of a trial."""
    trial_id = world.add_trial()
    events = (TrialPaused(trial_id=trial_id), TrialAnnotated(trial_id=trial_id, notes="n"))
    return [world.envelope(event) for event in events]


class Dropping:
    """A bus that loses the first event of a batch on the way."""

    def __init__(self, world: World) -> None:
        self._world = world

    def publish(self, batch: Sequence[Envelope], _timeout: float) -> None:
        """Publishes the others."""
        self._world.bus.publish(batch[1:])


class LogOnly:
    """A bus whose events are recorded, and folded by nobody."""

    def __init__(self, world: World) -> None:
        self._world = world

    def publish(self, batch: Sequence[Envelope], _timeout: float) -> None:
        """Records them."""
        self._world.log.append(self._world.log.head(), batch)


def test_what_is_recorded_is_seen(world: World, batch: list[Envelope]) -> None:
    """Every view is that far."""
    assert publish(world.services, *batch) is True
    assert [world.views.position(view) for view in VIEWS] == [3, 3]


def test_what_is_recorded_before_it_is_overtaken_counts(
    world: World, batch: list[Envelope]
) -> None:
    """What overtook it came behind it then."""
    assert publish(world.services, *batch, overtaken=lambda: True) is True


def test_what_is_overtaken_is_not_waited_for(world: World, batch: list[Envelope]) -> None:
    """Also where only a part of it is missing."""
    services = replace(world.services, bus=Dropping(world), patience=60.0)  # type: ignore[arg-type]
    assert publish(services, *batch, overtaken=lambda: True) is False


def test_what_nobody_knows_is_not_known(world: World, batch: list[Envelope]) -> None:
    """After a while it is given up."""
    services = replace(world.services, bus=Dropping(world), patience=0.02)  # type: ignore[arg-type]
    assert publish(services, *batch) is None


def test_what_the_views_do_not_show_is_waited_for(world: World, batch: list[Envelope]) -> None:
    """Being recorded is not enough."""
    services = replace(world.services, bus=LogOnly(world), patience=0.02)  # type: ignore[arg-type]
    assert publish(services, *batch) is None
    looks = 0

    def fold_at_last() -> bool:
        nonlocal looks
        looks += 1
        if looks == 3:
            catch_up(PROJECTIONS, world.views, world.log)
        return False

    again = replace(services, patience=60.0)
    trial_id = "tune-aaaaaa"
    more = world.envelope(TrialAnnotated(trial_id=trial_id, notes="m"))
    assert publish(again, more, overtaken=fold_at_last) is True
    assert (world.views.get("notes", trial_id) or {})["notes"] == "m"
