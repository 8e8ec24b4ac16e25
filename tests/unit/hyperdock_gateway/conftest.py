"""Fixtures of the gateway's unit tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.hyperdock_gateway.world import Api, Site, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The embedded adapters with a recorder."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def api(world: World) -> Api:
    """The API over that world, in process."""
    return Api(world.services)


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    """The API over that world, on a real port."""
    made = Site(world.services)
    yield made
    made.server.stop()
