"""Fixtures of the client's tests."""

from collections.abc import Iterator

import pytest
from tests.unit.hyperdock_client.stand_in import StandIn

from hyperdock_client import Client


@pytest.fixture
def gateway() -> Iterator[StandIn]:
    """A gateway on a real port."""
    made = StandIn()
    yield made
    made.stop()


@pytest.fixture
def client(gateway: StandIn) -> Iterator[Client]:
    """A client of it."""
    with Client(gateway.url) as made:
        yield made
