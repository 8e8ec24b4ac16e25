"""The servers, images and systems that the fault tests need."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import pytest
from tests.faults.system import Shape, System
from tests.faults.witness import Witness

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

MakeSystem: TypeAlias = Callable[[Shape], System]


@pytest.fixture
def make_system(
    broker: Broker,
    mongodb: Database,
    tmp_path: Path,
    example_images: None,  # noqa: ARG001 - they must be there
) -> Iterator[MakeSystem]:
    """Makes systems that share their servers with others, and ends them; start them yourself."""
    with ExitStack() as stack:

        def make(shape: Shape) -> System:
            folder = tmp_path / f"system-{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            system = System(folder, shape, broker, mongodb)
            stack.callback(system.close)
            return system

        yield make


@pytest.fixture
def witness(example_images: None) -> Iterator[Witness]:  # noqa: ARG001 - an engine must be there
    """What the engine sees; closed by who asks it, or at the end."""
    with Witness() as found:
        yield found
