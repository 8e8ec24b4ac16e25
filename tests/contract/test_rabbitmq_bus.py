"""The bus over RabbitMQ keeps the contract of the event bus."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from uuid import uuid4

import pytest

from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings
from hyperdock_common.testing import EventBusContract
from hyperdock_common.testing.event_bus import SOON, OpenBus
from hyperdock_common.testing.servers.rabbitmq import Broker


class TestRabbitBus(EventBusContract):
    """Each process has a bus of its own to one broker."""

    @pytest.fixture
    def open_bus(self, broker: Broker) -> Iterator[OpenBus]:
        """New queues for every test; what is relayed before the broker is there would be lost."""
        settings = RabbitSettings(broker.url, prefix=f"test-{uuid4().hex[:8]}")
        with ExitStack() as stack:

            def connected() -> RabbitBus:
                bus = stack.enter_context(closing(RabbitBus(settings, "test")))
                deadline = time.monotonic() + SOON
                while not bus.connected and time.monotonic() < deadline:
                    time.sleep(0.005)
                return bus

            yield connected
