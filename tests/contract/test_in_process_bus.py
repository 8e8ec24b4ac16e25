"""The bus inside a process keeps the contract of the event bus."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.testing import EventBusContract
from hyperdock_common.testing.event_bus import OpenBus


class TestInProcessBus(EventBusContract):
    """One bus for all, as in one process."""

    @pytest.fixture
    def open_bus(self, tmp_path: Path) -> Iterator[OpenBus]:
        """Everybody shares the one bus."""
        with closing(InProcessBus(tmp_path / "set-aside.ndjson")) as bus:
            yield lambda: bus
