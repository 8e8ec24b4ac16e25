"""The real servers, for the contracts to be kept on them too, where their images can be had."""

from collections.abc import Iterator

import pytest

from hyperdock_common.testing.servers.real import NoImage, RealMongo, RealRabbit


@pytest.fixture(scope="session")
def real_mongodb(engine: None) -> Iterator[RealMongo]:  # noqa: ARG001 - the engine must be up first
    """MongoDB in a container: take a database of your own."""
    server = RealMongo()
    try:
        server.start()
    except NoImage as error:
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def real_rabbitmq(engine: None) -> Iterator[RealRabbit]:  # noqa: ARG001 - the engine must be up first
    """RabbitMQ in a container: take a prefix of your own."""
    server = RealRabbit()
    try:
        server.start()
    except NoImage as error:
        pytest.skip(str(error))
    yield server
    server.stop()
