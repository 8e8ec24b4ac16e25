"""What may be published, and how long a request waits for its effect."""

import asyncio
from dataclasses import replace

import pytest
from tests.unit.hyperdock_gateway.world import World

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.events import TrialSubmitted
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_gateway.publishing import check_recordable, enveloped, seen


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_the_log_cannot_hold_is_refused(world: World, value: Json) -> None:
    """A value that cannot be recorded is refused before it is published."""
    event = TrialSubmitted(trial_id="t-1", spec={"value": value})
    with pytest.raises(InvalidTrial, match="recorded"):
        check_recordable(enveloped(world.services, event))


@pytest.mark.parametrize("value", [1.5, 10**30, "größe ☃", None, [1, {"a": [True]}], -0.0])
def test_what_the_log_can_hold_may_be_published(world: World, value: Json) -> None:
    """Plain JSON values pass."""
    event = TrialSubmitted(trial_id="t-1", spec={"value": value})
    check_recordable(enveloped(world.services, event))


def test_it_looks_again_until_the_effect_is_there(world: World) -> None:
    """The document is given as soon as it shows what was asked for."""
    looks: list[JsonObject | None] = [None, {"state": "running"}, {"state": "paused"}]
    services = replace(world.services, patience=30.0)
    document = asyncio.run(
        seen(services, lambda: looks.pop(0), lambda each: each["state"] == "paused")
    )
    assert document == {"state": "paused"}


def test_it_gives_up_when_its_patience_ends(world: World) -> None:
    """Without an effect in time there is no document."""
    services = replace(world.services, patience=0.02)
    assert asyncio.run(seen(services, dict[str, Json], lambda _: False)) is None
