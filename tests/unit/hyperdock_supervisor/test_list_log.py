"""The log that other tests lean on keeps the contract of the event log itself."""

import pytest
from tests.unit.hyperdock_supervisor.list_log import ListLog

from hyperdock_common.testing import EventLogContract, FakeClock
from hyperdock_common.testing.event_log import OpenLog


class TestListLog(EventLogContract):
    """A list, shared by whoever opens it."""

    @pytest.fixture
    def open_log(self, clock: FakeClock) -> OpenLog:
        """One log for all."""
        log = ListLog(clock)
        return lambda: log
